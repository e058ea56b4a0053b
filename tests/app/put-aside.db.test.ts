import { beforeEach, describe, expect, test } from 'vitest';
import { alarmDesk } from '../../alerting/io/alarm-desk.ts';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { siteAlarmLimits } from '../../src/app/alarm-limits.ts';
import { siteAlarmDesk } from '../../src/app/alarm-shelving.ts';
import { maintenanceDesk } from '../../src/app/maintenance-desk.ts';
import { sitePolicy } from '../../src/app/site-policy.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { NOON, judges, measured, noonPlus } from '../ingest/judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);
const work = maintenanceDesk({ db, clock });
const alarms = { ...siteAlarmDesk({ db, clock }), ...alarmDesk({ db, clock, limitsOf: siteAlarmLimits }) };
const callouts = calloutDesk({ db, clock, draw: () => 0.5, policyOf: sitePolicy });
const TARGET = 'pond/level';
const SUPPRESS = [{ point: 'p2', state: 'maintenance' }];

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease, log_position, audit restart identity cascade');
  clock.set(NOON);
});

/** Yellow for long, red from minute 5 on. A shelf at minute 2, work at the point from 3 on, work at the other from 1 on. */
interface Plan {
  readonly delay: 0 | 1 | 3;
  readonly shelf: 'none' | 'until-red' | 'until-4';
  readonly outOfService: 'none' | 'to-8' | 'ended-at-6';
  readonly schedule: 'none' | 'to-30' | 'to-6';
}
const DELAYS = [0, 1, 3] as const;
const SHELVES = ['none', 'until-red', 'until-4'] as const;
const OUT = ['none', 'to-8', 'ended-at-6'] as const;
const SCHEDULES = ['none', 'to-30', 'to-6'] as const;

/** Orthogonal: each two of four kinds meet in every way once. */
const PLANS: readonly Plan[] = [0, 1, 2].flatMap((a) =>
  [0, 1, 2].map((b) => ({
    delay: DELAYS[a] ?? 0,
    shelf: SHELVES[b] ?? 'none',
    outOfService: OUT[(a + b) % 3] ?? 'none',
    schedule: SCHEDULES[(a + 2 * b) % 3] ?? 'none',
  })),
);

/** What the list and the callout must be, said without the program: minute by minute. */
function model({ delay, shelf, outOfService, schedule }: Plan, minute: number) {
  const end = { none: 3, 'to-8': 8, 'ended-at-6': 6 }[outOfService];
  const redAt = Math.max(5, end) + delay;
  const isRed = minute >= redAt;
  const isOut = minute >= 3 && minute < end;
  const shelvedTo = { none: 0, 'until-red': redAt, 'until-4': 4 }[shelf];
  const isShelved = minute >= 2 && minute < shelvedTo;
  const isSuppressed = minute >= 1 && minute < { none: 0, 'to-30': 31, 'to-6': 6 }[schedule];
  const hidden = isOut ? 'out-of-service' : isShelved ? 'shelved' : isSuppressed ? 'suppressed' : null;
  return { minute, level: isRed ? 'red' : 'yellow', hidden, called: isRed };
}

async function seen(minute: number) {
  const [alarm] = await alarms.list('pond', clock.now());
  const calls = await db.selectFrom('attempt').select('level').execute();
  return { minute, level: alarm?.level, hidden: alarm?.hidden?.why ?? null, called: calls.length > 0 };
}

describe('R18 delay, shelf, out of service and schedule', () => {
  test('meet each other in every way, two by two', () => {
    const keys = ['delay', 'shelf', 'outOfService', 'schedule'] as const;
    for (const [i, one] of keys.entries())
      for (const other of keys.slice(i + 1))
        expect(new Set(PLANS.map((plan) => `${String(plan[one])}/${String(plan[other])}`)).size).toBe(9);
  });

  test.each(PLANS)('the phone rings when the delay is over, whatever is hidden: %o', async (plan) => {
    await apply(database, {
      sensors: [
        { code: 'level', point: 'p1', intervalSeconds: 60 },
        { code: 'other', point: 'p2', intervalSeconds: 60 },
      ],
      rules: [
        { sensor: 'level', limits: { yellow: 20, red: 40 }, onDelaySeconds: plan.delay * 60, suppress: SUPPRESS },
      ],
    });
    await using session = await begin();
    const reading = async (minute: number, value: number) => {
      clock.set(noonPlus(minute));
      await session.renew();
      await session.commit.take([measured(minute, value, 'level', noonPlus(minute))]);
      await session.commit.tick(true);
      await callouts.followLevelChanges();
      await alarms.takeDue();
    };
    const patrol = { who: 'Wang', everyMinutes: 30 };
    const start = (point: string, minutes: number) =>
      work.start('pond', { point, reason: 'cable', minutes, substitute: patrol }, 'li');
    for (let minute = -10; minute <= 0; minute += 1) await reading(minute, 25);
    let running = '';
    for (let minute = 1; minute <= 15; minute += 1) {
      clock.set(noonPlus(minute));
      if (minute === 1 && plan.schedule !== 'none') await start('p2', plan.schedule === 'to-30' ? 30 : 5);
      if (minute === 2 && plan.shelf !== 'none') {
        const hours = plan.shelf === 'until-red' ? 10 : 2 / 60;
        await alarms.shelve('pond', { target: TARGET, hours, reason: 'trembles' }, 'li');
      }
      if (minute === 3 && plan.outOfService !== 'none')
        running = await start('p1', plan.outOfService === 'to-8' ? 5 : 600);
      if (minute === 6 && plan.outOfService === 'ended-at-6') await work.end(running, 'li');
      await reading(minute, minute < 5 ? 25 : 45);
      expect(await seen(minute)).toEqual(model(plan, minute));
    }
  });
});

test('E22 an alarm that rises while its point is worked on, and stands at the end, is on the list and called', async () => {
  await apply(database, {
    sensors: [{ code: 'level', point: 'p1', intervalSeconds: 60 }],
    rules: [{ sensor: 'level', limits: { red: 40 } }],
  });
  await using session = await begin();
  await work.start(
    'pond',
    { point: 'p1', reason: 'cable', minutes: 5, substitute: { who: 'Wang', everyMinutes: 30 } },
    'li',
  );
  for (let minute = 1; minute <= 5; minute += 1) {
    clock.set(noonPlus(minute));
    await session.commit.take([measured(minute, 45, 'level', noonPlus(minute))]);
    await callouts.followLevelChanges();
    const calls = await db.selectFrom('attempt').select('level').execute();
    expect([minute, calls]).toEqual([minute, minute < 5 ? [] : [{ level: 'red' }]]);
  }
  expect(await alarms.list('pond', clock.now())).toMatchObject([
    { target: TARGET, state: 'unacknowledged', level: 'red', hidden: null },
  ]);
});

test('E21 work that begins at a red point hides its alarm as out of service, and every later attempt is made', async () => {
  await apply(database, {
    sensors: [{ code: 'level', point: 'p1', intervalSeconds: 60 }],
    rules: [{ sensor: 'level', limits: { red: 40 } }],
  });
  await using session = await begin();
  await session.commit.take([measured(0, 45)]);
  await callouts.followLevelChanges();
  await pool.query(
    `insert into maintenance (id, site_id, point, reason, from_at, until_at, started_by)
     values (gen_random_uuid(), 'pond', 'p1', 'cable', $1, $2, 'li, approved by wang')`,
    [new Date(NOON), new Date(noonPlus(60))],
  );
  expect(await alarms.list('pond', clock.now())).toMatchObject([{ hidden: { why: 'out-of-service', point: 'p1' } }]);
  for (let minute = 1; minute <= 10; minute += 1) {
    clock.set(noonPlus(minute));
    await callouts.takeDue();
  }
  expect((await db.selectFrom('attempt').select('number').execute()).length).toBe(11);
});

test('R19 a fault is no level: acknowledging the alarm of a blind point tells nothing of its blindness, nor the other way', async () => {
  await apply(database, {
    sensors: [{ code: 'level', point: 'p1', intervalSeconds: 60 }],
    rules: [{ sensor: 'level', limits: { red: 40 } }],
  });
  await using session = await begin();
  await session.commit.take([measured(0, 45)]);
  clock.set(noonPlus(10));
  await session.renew();
  await session.commit.tick(true);
  await callouts.followLevelChanges();
  await callouts.followVisibility();
  const blindness = await db.selectFrom('visibility_state').selectAll().execute();
  expect(blindness).toMatchObject([{ visibility: 'blind' }]);
  await alarms.acknowledge('pond', TARGET, 'li');
  expect(await db.selectFrom('visibility_state').selectAll().execute()).toEqual(blindness);
  // Seen again, and lost again: the alarm stays as it was seen, and the level as it stands.
  clock.set(noonPlus(11));
  await session.commit.take([measured(11, 45, 'level', noonPlus(11))]);
  clock.set(noonPlus(30));
  await session.renew();
  await session.commit.tick(true);
  await callouts.followVisibility();
  await callouts.followLevelChanges();
  expect(await alarms.list('pond', clock.now())).toMatchObject([{ state: 'acknowledged', level: 'red' }]);
  expect(await db.selectFrom('level_change').select('to_level').execute()).toHaveLength(1);
  const sights = await db.selectFrom('visibility_change').select('visibility').orderBy('position').execute();
  expect(sights.map(({ visibility }) => visibility).filter((each) => each === 'blind')).toHaveLength(2);
});

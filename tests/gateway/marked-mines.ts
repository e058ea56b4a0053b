import type { Kysely } from 'kysely';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { deviceDesk } from '../../src/app/device-desk.ts';
import { maintenanceDesk } from '../../src/app/maintenance-desk.ts';
import { sitePolicy } from '../../src/app/site-policy.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import type { Database } from '../../src/platform/database.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { storeAccount } from './marked-things.ts';
import type { Mine } from './marked-things.ts';
import { NOW } from './pond.ts';

type Db = Kysely<Database>;

/** The desks of the service on a test's database. */
export const desksOf = (db: Db) => ({
  desk: calloutDesk({ db, clock: fakeClock(), policyOf: sitePolicy, draw: () => 0.5 }),
  maintenance: maintenanceDesk({ db, clock: fakeClock() }),
  devices: deviceDesk({ db, clock: fakeClock() }),
});

const words = (mark: string, text: string) => ({ zh: `${mark}的${text}`, en: `${text} of ${mark}` });

function configOf(mark: string, phones: readonly string[]): SiteConfig {
  const contact = (id: string, duty: 'control-room' | 'duty-officer' | 'principal', n: number) => ({
    id: `${mark}-${id}`,
    name: words(mark, id),
    duty,
    phone: phones[n] ?? '',
  });
  return {
    site: mark,
    name: words(mark, 'pond'),
    timeZone: 'Asia/Shanghai',
    facility: { kind: 'tailings-pond', class: 'three', construction: 'upstream', storage: 'wet', peopleBelow: true },
    mqtt: { topic: `${mark}/{sensor}`, value: 'value', observedAt: 'observedAt', time: 'iso' },
    sections: [{ id: `${mark}-section`, name: words(mark, 'section') }],
    sensors: ['level', 'p1'].map((code) => ({
      code: `${mark}-${code}`,
      name: words(mark, code),
      item: 'pond-level' as const,
      unit: 'm' as const,
      intervalSeconds: 60,
      installedOn: '2020-01-01',
      range: { min: 0, max: 500 },
    })),
    rules: [
      {
        id: `${mark}-high`,
        sensor: `${mark}-level`,
        worse: 'rising',
        limits: { blue: 338.7, red: 338.89 },
        deadband: 0.02,
        onDelaySeconds: 0,
        offDelaySeconds: 0,
        source: `design report of ${mark}`,
        approved: { by: `chief of ${mark}`, on: '2024-05-01', document: `report of ${mark}` },
      },
    ],
    contacts: [
      contact('control', 'control-room', 0),
      contact('duty', 'duty-officer', 1),
      contact('principal', 'principal', 2),
    ],
    callout: {
      redialSeconds: 30,
      followUpSeconds: 300,
      ladders: {
        red: {
          answeredBy: ['principal'],
          rungs: [{ contact: `${mark}-principal`, medium: 'sms', answerWithinSeconds: 60 }],
        },
      },
    },
  };
}

/** Stores a mine with everything that the service knows of one: what it measures, what is wrong, who is called, who decided what. */
export async function storeMine(db: Db, mark: string, phones: readonly string[]): Promise<Mine> {
  const config = configOf(mark, phones);
  const site = { site_id: mark };
  await db
    .insertInto('site')
    .values({ id: mark, name: JSON.stringify(config.name) })
    .execute();
  await db
    .insertInto('site_config')
    .values({
      ...site,
      version: 1,
      content: JSON.stringify(config),
      applied_at: new Date(NOW),
      applied_by: `chief-${mark}`,
    })
    .execute();
  const sensors = await db
    .insertInto('sensor')
    .values(config.sensors.map(({ code }) => ({ ...site, code })))
    .returning('id')
    .execute();
  const sensorId = sensors[0]?.id ?? 0;
  const account = await storeAccount(db, mark);
  await storeMeasurements(db, mark, sensorId);
  const calloutId = await storeCallout(db, mark, sensorId);
  const attempt = await db
    .selectFrom('attempt')
    .select('id')
    .where('callout_id', '=', calloutId)
    .executeTakeFirstOrThrow();
  await recordAudit(db, {
    at: NOW,
    who: `chief-${mark}`,
    action: 'site/applied',
    siteId: mark,
    facts: { version: 1, file: `${mark}.yaml` },
  });
  return { mark, phones, sensorId, calloutId, attemptId: attempt.id, accountId: account };
}

async function storeMeasurements(db: Db, mark: string, sensorId: number): Promise<void> {
  const site = { site_id: mark };
  const [now, ago] = [new Date(NOW), new Date(NOW - HOUR)];
  const reading = { sensor_id: sensorId, observed_at: ago, received_at: ago, value: 338.9, flags: null };
  await db
    .insertInto('reading')
    .values({ ...reading, quality: 'good' })
    .execute();
  await db
    .insertInto('reading_conflict')
    .values({ ...reading, value: 338.91 })
    .execute();
  await db
    .insertInto('source_hour')
    .values({ sensor_id: sensorId, hour: ago, good: 1, doubtful: 0, late: 0, doubled: 0, last_good_at: ago })
    .execute();
  await db
    .insertInto('quarantine')
    .values({
      ...site,
      received_at: now,
      topic: `${mark}/p9`,
      payload: Buffer.from(`{"of":"${mark}"}`),
      reason: 'value-missing',
      detail: `${mark}-p1 has no value`,
      replayed_at: null,
      sensor_codes: [`${mark}-p1`],
    })
    .execute();
  const target = { target: `${mark}/${mark}-high`, sensor_id: sensorId, ...site };
  await db
    .insertInto('level_state')
    .values({ ...target, level: 'red', state_version: 1, pending: '{}', config_version: 1, changed_at: now })
    .execute();
  await db
    .insertInto('visibility_state')
    .values({ ...site, sensor_id: sensorId, visibility: 'seen', since: ago })
    .execute();
  await storeVisibilityChange(db, mark, sensorId);
  await storeLateExceedance(db, mark, sensorId);
}

export const storeVisibilityChange = (db: Db, mark: string, sensorId: number) =>
  db.transaction().execute(async (tx) => {
    await lockLog(tx, 'visibility_change');
    await tx
      .insertInto('visibility_change')
      .values({
        site_id: mark,
        sensor_ids: [sensorId],
        visibility: 'seen',
        cause: `heard of ${mark}`,
        at: new Date(NOW),
      })
      .execute();
  });

export const storeLateExceedance = (db: Db, mark: string, sensorId: number) =>
  db.transaction().execute(async (tx) => {
    await lockLog(tx, 'late_exceedance');
    const [at, now] = [new Date(NOW - DAY), new Date(NOW)];
    await tx
      .insertInto('late_exceedance')
      .values({
        site_id: mark,
        target: `${mark}/${mark}-high`,
        sensor_id: sensorId,
        level: 'red',
        standing: 'normal',
        observed_at: at,
        received_at: now,
        recorded_at: now,
        value: 338.9,
        limit_value: 338.89,
      })
      .execute();
  });

/** A level change, and what follows from it: an alarm, a callout, an attempt, events. Returns the callout. */
export async function storeCallout(db: Db, mark: string, sensorId: number, version = 1): Promise<string> {
  const [from, to] = version % 2 === 1 ? ['normal', 'red'] : ['red', 'normal'];
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx
      .insertInto('level_change')
      .values({
        site_id: mark,
        target: `${mark}/${mark}-high`,
        sensor_id: sensorId,
        state_version: version,
        from_level: from ?? '',
        to_level: to ?? '',
        observed_at: new Date(NOW),
        recorded_at: new Date(NOW),
        cause: 'reached',
        value: 338.9,
        limit_value: 338.89,
      })
      .execute();
  });
  await desksOf(db).desk.followLevelChanges();
  const { id } = await db.selectFrom('callout').select('id').where('site_id', '=', mark).executeTakeFirstOrThrow();
  return id;
}

/** What somebody did about a callout, with who it was. */
export const storeCalloutEvent = (db: Db, { mark, calloutId, phones }: Mine) =>
  db.transaction().execute(async (tx) => {
    await lockLog(tx, 'callout_event');
    const facts = JSON.stringify({ contactId: `${mark}-principal`, who: `person-${mark}`, masked: phones[0] });
    await tx
      .insertInto('callout_event')
      .values({ site_id: mark, callout_id: calloutId, type: 'answered', at: new Date(NOW), facts })
      .execute();
  });

/** What the bodies and queries of requests name of a mine. */
export const namedOf = (mark: string): Readonly<Record<string, unknown>> => ({
  siteId: mark,
  siteIds: [mark],
  site: mark,
  target: `${mark}/${mark}-high`,
  point: `${mark}-p1`,
});

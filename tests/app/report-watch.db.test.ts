import { describe, expect, it } from 'vitest';
import { reportWatch } from '../../src/app/report-watch.ts';
import { patrolDesk } from '../../src/app/patrol-desk.ts';
import { weatherDesk } from '../../src/app/weather-desk.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';
import { DAY, HOUR, MINUTE, SECOND, instant } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { storeMine } from '../gateway/marked-mines.ts';

const { db } = await testDatabase();
const PHONES = ['+861000000011', '+861000000012', '+861000000013'];
let mines = 0;

/** A mine with this of what opens callouts, watched by a service that has just begun. */
async function watched(opens: SiteConfig['opens']) {
  mines += 1;
  const { mark, sensorId } = await storeMine(db, `watched-${String(mines)}`, PHONES);
  const clock = fakeClock();
  const newest = db.selectFrom('site_config').selectAll().where('site_id', '=', mark).orderBy('version', 'desc');
  const row = await newest.limit(1).executeTakeFirstOrThrow();
  const content = JSON.stringify({ ...(row.content as SiteConfig), opens });
  await db
    .insertInto('site_config')
    .values({ ...row, version: row.version + 1, content, applied_by: 'test' })
    .execute();
  const levels = async () => {
    const rows = db.selectFrom('report_state').select(['key', 'level']).where('site_id', '=', mark).orderBy('key');
    return (await rows.execute()).map(({ key, level }) => `${key} ${level}`);
  };
  const changes = () => db.selectFrom('report_change').select('key').where('site_id', '=', mark).execute();
  return { siteId: mark, sensorId, clock, watch: reportWatch({ db, clock }), levels, changes };
}

const ROUND = {
  id: 'dam',
  name: { zh: '坝体巡查', en: 'round of the dam' },
  times: ['08:00', '20:00'],
  graceMinutes: 60,
  missed: 'yellow' as const,
};

describe('what comes to call by itself', () => {
  it('a round that nobody did is reported once, however often it is looked at and by whom', async () => {
    const { watch, clock, levels, changes } = await watched({
      weatherFrom: 'orange',
      foundLate: 'yellow',
      patrols: [ROUND],
    });
    await watch.round();
    expect(await levels()).toEqual([]);
    clock.advance(DAY);
    const other = reportWatch({ db, clock });
    await Promise.all([watch.round(), other.round()]);
    expect(await levels()).toEqual(['patrol:dam yellow']);
    clock.advance(DAY);
    await other.round();
    expect(await changes()).toHaveLength(1);
  });

  it('E20 E33 carriers that all fail are one red for each medium, told once; one of several is a blue; what is well again is lowered', async () => {
    const { watch, clock, levels, changes } = await watched({ weatherFrom: 'orange', foundLate: 'yellow' });
    const look = async (failing: readonly string[]) => {
      await db.deleteFrom('carrier_status').execute();
      const since = new Date(clock.now() - 5 * MINUTE);
      await db
        .insertInto('carrier_status')
        .values(
          ['first', 'second'].map((carrier) => ({
            carrier,
            simulated: false,
            reachable: !failing.includes(carrier),
            detail: '',
            page: null,
            checked_at: new Date(clock.now()),
            media: ['voice'],
            failing_since: failing.includes(carrier) ? since : null,
          })),
        )
        .execute();
      await watch.round();
      await watch.round();
      return (await levels()).filter((line) => line.startsWith('carrier'));
    };
    expect(await look(['first'])).toEqual(['carrier:first blue']);
    expect(await look(['first', 'second'])).toEqual(['carrier:first normal', 'carriers:voice red']);
    expect((await changes()).filter(({ key }) => key === 'carriers:voice')).toHaveLength(1);
    // Nobody has looked since: nothing is said of it, and nothing lowered.
    clock.advance(10 * MINUTE);
    await watch.round();
    expect(await levels()).toContain('carriers:voice red');
    expect(await look([])).toEqual(['carrier:first normal', 'carriers:voice normal']);
    await db.deleteFrom('carrier_status').execute();
  });

  it('a missed round is made good by the next that somebody does, and one that is done in time is never missed', async () => {
    const { siteId, watch, clock, levels } = await watched({
      weatherFrom: 'orange',
      foundLate: 'yellow',
      patrols: [ROUND],
    });
    const desk = patrolDesk({ db, clock });
    await watch.round();
    clock.advance(DAY);
    await watch.round();
    await desk.record(siteId, { patrolId: 'dam', seen: 'nothing' }, 'li');
    expect(await levels()).toEqual(['patrol:dam normal']);
    await watch.round();
    const open = db.selectFrom('patrol_round').select(['due_at', 'late_at']).where('site_id', '=', siteId);
    const next = await open.where('due_at', '>', new Date(clock.now())).orderBy('due_at').executeTakeFirstOrThrow();
    clock.set(instant(next.due_at.getTime()));
    await desk.record(siteId, { patrolId: 'dam', seen: 'nothing' }, 'li');
    clock.set(instant(next.late_at.getTime()));
    await watch.round();
    expect(await levels()).toEqual(['patrol:dam normal']);
    await expect(desk.record(siteId, { patrolId: 'none', seen: 'x' }, 'li')).rejects.toMatchObject({
      code: 'patrol/not-found',
    });
  });

  it('a service that was away while a round came due finds it missed when it is back', async () => {
    const { watch, clock, levels } = await watched({ weatherFrom: 'orange', foundLate: 'yellow', patrols: [ROUND] });
    await watch.round();
    clock.advance(20 * HOUR);
    await reportWatch({ db, clock }).round();
    expect(await levels()).toEqual(['patrol:dam yellow']);
  });

  it('blindness by its rule calls after its time, and is lowered by eyes that see, not by silence', async () => {
    const mark = `watched-${String(mines + 1)}`;
    const rule = {
      id: 'dam',
      name: { zh: '坝体', en: 'the dam' },
      sensors: [`${mark}-level`],
      atLeast: 1,
      minutes: 10,
    };
    const opens = { weatherFrom: 'orange', foundLate: 'yellow', blindness: [{ ...rule, level: 'orange' }] } as const;
    const { siteId, sensorId, watch, clock, levels } = await watched({ ...opens, blindness: [...opens.blindness] });
    const seeing = (visibility: string) =>
      db
        .insertInto('visibility_state')
        .values({ sensor_id: sensorId, site_id: siteId, visibility, since: new Date(clock.now()) })
        .onConflict((conflict) =>
          conflict.column('sensor_id').doUpdateSet({ visibility, since: new Date(clock.now()) }),
        )
        .execute();
    await seeing('blind');
    clock.advance(9 * MINUTE);
    await watch.round();
    expect(await levels()).toEqual([]);
    clock.advance(MINUTE);
    await watch.round();
    expect(await levels()).toEqual(['blindness:dam orange']);
    clock.advance(DAY);
    await watch.round();
    expect(await levels()).toEqual(['blindness:dam orange']);
    await seeing('seen');
    await watch.round();
    expect(await levels()).toEqual(['blindness:dam normal']);
  });

  it('a judge that gives no sign of life is one event a site, after its time and after ours', async () => {
    const { siteId, watch, clock, levels } = await watched({
      weatherFrom: 'orange',
      foundLate: 'yellow',
      outage: { level: 'red', afterSeconds: 180 },
    });
    const renewed = (at: number) =>
      db
        .insertInto('engine_lease')
        .values({ partition: siteId, epoch: 1, holder: 'judge', taken_at: new Date(at), renewed_at: new Date(at) })
        .onConflict((conflict) => conflict.column('partition').doUpdateSet({ renewed_at: new Date(at) }))
        .execute();
    // As long ago as a night on which everything was stopped.
    await renewed(clock.now() - DAY);
    await watch.round();
    clock.advance(179 * SECOND);
    await watch.round();
    expect(await levels()).toEqual([]);
    clock.advance(SECOND);
    await watch.round();
    expect(await levels()).toEqual(['outage:judge red']);
    await renewed(clock.now());
    await watch.round();
    expect(await levels()).toEqual(['outage:judge normal']);
    await db.deleteFrom('engine_lease').where('partition', '=', siteId).execute();
  });

  it('a weather warning whose time is over is lowered, and a longer one stays', async () => {
    const { siteId, watch, clock, levels } = await watched({ weatherFrom: 'yellow', foundLate: 'yellow' });
    const desk = weatherDesk({ db, clock });
    const storm = { event: { zh: '暴雨' }, level: 'yellow' } as const;
    await desk.announce(siteId, { ...storm, identifier: 'one', expires: clock.now() + HOUR }, 'li');
    await desk.announce(siteId, { ...storm, identifier: 'two', expires: clock.now() + DAY }, 'li');
    clock.advance(HOUR);
    await watch.round();
    expect((await levels()).map((line) => line.split(' ')[1] ?? '').toSorted()).toEqual(['normal', 'yellow']);
  });
});

import { describe, expect, it } from 'vitest';
import { lateWatch } from '../../src/app/late-watch.ts';
import { sitePolicy } from '../../src/app/site-policy.ts';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { storeMine } from '../gateway/marked-mines.ts';

const { db } = await testDatabase();
let mines = 0;

/** A mine whose one rule calls for red at 338.89, on a day after everything that its store holds. */
async function aMine() {
  mines += 1;
  const { mark: siteId, sensorId } = await storeMine(db, `late-${String(mines)}`, [
    '+861000000011',
    '+861000000012',
    '+861000000013',
  ]);
  const clock = fakeClock();
  const desk = calloutDesk({ db, clock, policyOf: sitePolicy, draw: () => 0.5 });
  await desk.followLate();
  await db
    .updateTable('late_episode')
    .set({ looked_at: new Date(0), outcome: 'over' })
    .execute();
  clock.advance(48 * HOUR);
  const start = clock.now();
  return {
    siteId,
    clock,
    desk,
    watch: lateWatch({ db, clock }),
    /** A reading so many minutes after the beginning; `late`: it comes now, after others were judged. */
    async reads(minute: number, value: number, late = false) {
      const observed_at = new Date(start + minute * MINUTE);
      const flags = late ? ['late'] : null;
      await db
        .insertInto('reading')
        .values({ sensor_id: sensorId, observed_at, received_at: new Date(clock.now()), value, quality: 'good', flags })
        .execute();
    },
    async logsLate(minute: number, value: number) {
      const at = new Date(start + minute * MINUTE);
      const now = new Date(clock.now());
      await db.transaction().execute(async (tx) => {
        await lockLog(tx, 'late_exceedance');
        await tx
          .insertInto('late_exceedance')
          .values({
            site_id: siteId,
            target: `${siteId}/${siteId}-high`,
            sensor_id: sensorId,
            level: 'red',
            standing: 'normal',
            observed_at: at,
            received_at: now,
            recorded_at: now,
            value,
            limit_value: 338.89,
          })
          .execute();
      });
      await desk.followLate();
    },
    normal: () => db.updateTable('level_state').set({ level: 'normal' }).where('site_id', '=', siteId).execute(),
    async changes() {
      const rows = db.selectFrom('report_change').select(['to_level', 'words']).where('site_id', '=', siteId);
      return (await rows.orderBy('position').execute()).map(
        ({ to_level, words }) => [to_level, (words as { zh: string }).zh] as const,
      );
    },
  };
}

describe('an exceedance that was found late', () => {
  it('calls at its level when its backlog has ended and nothing says that it is over', async () => {
    const mine = await aMine();
    await mine.normal();
    mine.clock.advance(20 * MINUTE);
    await mine.reads(5, 338.95, true);
    await mine.logsLate(5, 338.95);
    await mine.reads(20, 338.88);
    await mine.watch.round();
    expect(await mine.changes()).toEqual([]);
    mine.clock.advance(2 * MINUTE);
    await mine.watch.round();
    const [[level, words] = [], ...more] = await mine.changes();
    expect([level, more]).toEqual(['red', []]);
    expect(words).toMatch(/测得 338\.95 米，达红色，此后未见回落$/u);
    await mine.desk.followReports();
    const callout = db
      .selectFrom('callout')
      .select('state')
      .where('site_id', '=', mine.siteId)
      .where('ended_at', 'is', null);
    expect((await callout.executeTakeFirst())?.state).toMatchObject({
      reports: { [`late:${mine.siteId}/${mine.siteId}-high`]: { subject: 'late', level: 'red' } },
    });
  });

  it('E27 goes on standing in silence, and is lowered by readings that fell', async () => {
    const mine = await aMine();
    await mine.normal();
    await mine.reads(0, 338.95, true);
    await mine.logsLate(0, 338.95);
    mine.clock.advance(2 * MINUTE);
    await mine.watch.round();
    mine.clock.advance(24 * HOUR);
    await mine.watch.round();
    expect((await mine.changes()).map(([level]) => level)).toEqual(['red']);
    await mine.reads(10, 338.1);
    await mine.reads(11, 338.1);
    await mine.reads(12, 338.1);
    await mine.watch.round();
    expect((await mine.changes()).map(([level]) => level)).toEqual(['red', 'normal']);
  });

  it('that is over is told once, by a message, and holds no callout open', async () => {
    const mine = await aMine();
    await mine.normal();
    await mine.reads(0, 338.95, true);
    await mine.reads(1, 338.1, true);
    await mine.reads(2, 338.1, true);
    await mine.reads(3, 338.1);
    await mine.logsLate(0, 338.95);
    mine.clock.advance(2 * MINUTE);
    await mine.watch.round();
    await mine.watch.round();
    const told = await mine.changes();
    expect(told.map(([level]) => level)).toEqual(['yellow', 'normal']);
    expect(told[0]?.[1]).toMatch(/达红色，现已回落$/u);
  });

  it('is looked at once its readings have stopped coming, and after five minutes at the latest', async () => {
    const mine = await aMine();
    await mine.normal();
    await mine.reads(0, 338.95, true);
    await mine.logsLate(0, 338.95);
    for (const minute of [1, 2, 3, 4]) {
      mine.clock.advance(MINUTE);
      await mine.reads(-minute, 338.95, true);
      await mine.watch.round();
      expect(await mine.changes()).toEqual([]);
    }
    mine.clock.advance(MINUTE);
    await mine.reads(-5, 338.95, true);
    await mine.watch.round();
    expect((await mine.changes()).map(([level]) => level)).toEqual(['red']);
  });

  it('at a target that stands as grave by now calls nobody: the target does', async () => {
    const mine = await aMine();
    await db.updateTable('level_state').set({ level: 'red' }).where('site_id', '=', mine.siteId).execute();
    await mine.reads(0, 338.95, true);
    await mine.logsLate(0, 338.95);
    mine.clock.advance(2 * MINUTE);
    await mine.watch.round();
    expect((await mine.changes()).filter(([level]) => level === 'red')).toEqual([]);
  });
});

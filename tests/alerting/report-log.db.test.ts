import { describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { WarningLevel } from '../../src/core/level.ts';
import { MINUTE } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import { appendReport, lowerReport } from '../../src/platform/report-log.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench, openedBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';

const { db } = await testDatabase();

const finding = ({ siteId, clock }: DeskBench, level: WarningLevel, key = 'finding:1') => ({
  siteId,
  subject: 'finding' as const,
  key,
  level,
  words: { zh: '三号坝段管涌', en: 'piping at section 3' },
  at: clock.now(),
  who: 'li',
  facts: {},
});
const report = (bench: DeskBench, level: WarningLevel, key?: string, on: Kysely<Database> = db) =>
  on.transaction().execute((tx) => appendReport(tx, finding(bench, level, key), bench.clock.now()));
const lower = (bench: DeskBench, to: 'normal' | WarningLevel) => {
  const { siteId, clock } = bench;
  const lowered = { siteId, key: 'finding:1', to, who: 'zhao', facts: {}, at: clock.now() };
  return db.transaction().execute((tx) => lowerReport(tx, lowered, clock.now()));
};

describe('the log of reports', () => {
  it('a report opens a callout as a level does, once, and is in its words', async () => {
    const bench = await deskBench(db);
    expect(await report(bench, 'orange')).toBe(true);
    expect(await bench.desk.followReports()).toBe(1);
    expect(await bench.anotherDesk().followReports()).toBe(0);
    expect(await bench.attempts()).toEqual(['1 officer orange voice queued', '2 room yellow sms queued']);
    const row = await db.selectFrom('attempt').select('say').where('site_id', '=', bench.siteId).executeTakeFirst();
    expect(row?.say).toMatchObject({ zh: expect.stringContaining('三号坝段管涌（橙色）') });
  });

  it('the same report twice, or a milder one, is one row; a graver one is another', async () => {
    const bench = await deskBench(db);
    expect(await Promise.all([report(bench, 'orange'), report(bench, 'orange')])).toContain(false);
    expect(await report(bench, 'yellow')).toBe(false);
    expect(await report(bench, 'red')).toBe(true);
    await bench.desk.followReports();
    expect(await bench.attempts()).toHaveLength(3);
  });

  it('E25 joins the callout that is open', async () => {
    const bench = await openedBench(db, 'yellow');
    await report(bench, 'red');
    await bench.desk.followReports();
    expect(await bench.attempts()).toEqual([
      '1 room yellow sms queued',
      '2 principal red voice queued',
      '3 officer orange voice queued',
    ]);
    expect(await db.selectFrom('callout').select('id').where('site_id', '=', bench.siteId).execute()).toHaveLength(1);
  });

  it('R4 a report and a level at once open one callout, whoever follows', async () => {
    const bench = await deskBench(db);
    await Promise.all([bench.logLevel('orange'), report(bench, 'orange')]);
    const one = bench.anotherDesk();
    const other = bench.anotherDesk();
    await Promise.all([
      bench.desk.followLevelChanges(),
      bench.desk.followReports(),
      one.followReports(),
      other.followLevelChanges(),
    ]);
    expect(await db.selectFrom('callout').select('id').where('site_id', '=', bench.siteId).execute()).toHaveLength(1);
    const failures = await db.selectFrom('log_failure').selectAll().execute();
    expect(failures.filter(({ parked_at }) => parked_at !== null)).toEqual([]);
  });

  it('nobody is called for what is lowered, nor for a level without a ladder', async () => {
    const bench = await deskBench(db);
    await report(bench, 'blue');
    await lower(bench, 'normal');
    expect(await bench.desk.followReports()).toBe(2);
    expect(await bench.attempts()).toEqual([]);
    expect(await lower(bench, 'normal')).toBe(false);
  });

  it('E27 a callout is not closed while its report stands, and is once it is lowered', async () => {
    const bench = await deskBench(db);
    await report(bench, 'yellow');
    await bench.desk.followReports();
    const { id } = await bench.callout();
    await bench.desk.answerOnScreen(id, 'room');
    await expect(bench.desk.release(id, 'li', 'seen')).rejects.toMatchObject({ code: 'callout/level-stands' });
    await lower(bench, 'normal');
    await bench.desk.followReports();
    expect((await bench.desk.release(id, 'li', 'seen')).phase).toBe('released');
  });

  it('a callout begun afresh for a fault knows which reports stand: nobody can close it meanwhile', async () => {
    const bench = await deskBench(db);
    await report(bench, 'orange');
    await bench.desk.followReports();
    const { id } = await bench.callout();
    await db
      .updateTable('callout')
      .set({ state: JSON.stringify({ broken: true }) })
      .where('id', '=', id)
      .execute();
    bench.clock.advance(MINUTE);
    await bench.logLevel('red');
    await bench.desk.followLevelChanges();
    const fresh = await bench.callout();
    expect(fresh.id).not.toBe(id);
    expect(fresh.state.reports).toMatchObject({ 'finding:1': { level: 'orange', called: 'orange' } });
  });

  it('E1 killed in the commit that takes a report in, and started again: everybody is rung, and rung once', async () => {
    const bench = await deskBench(db);
    await report(bench, 'orange');
    await sql`create function die_of_report() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`.execute(
      db,
    );
    await sql`create trigger die before update on log_position for each row execute function die_of_report()`.execute(
      db,
    );
    await expect(bench.anotherDesk().followReports()).rejects.toThrow(/terminat/);
    await sql`drop trigger die on log_position`.execute(db);
    expect(await bench.attempts()).toEqual([]);
    await bench.anotherDesk().followReports();
    await bench.anotherDesk().followReports();
    expect(await bench.attempts()).toHaveLength(2);
  });

  it('order of positions is order of commits: one that commits late is not stepped over', async () => {
    const bench = await deskBench(db);
    const gate = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const late = db.transaction().execute(async (tx) => {
      await appendReport(tx, finding(bench, 'orange', 'late'), bench.clock.now());
      held.resolve();
      await gate.promise;
    });
    await held.promise;
    const second = report(bench, 'yellow', 'second');
    expect(await bench.desk.followReports()).toBe(0);
    gate.resolve();
    await Promise.all([late, second]);
    expect(await bench.desk.followReports()).toBe(2);
    expect(Object.keys((await bench.callout()).state.reports ?? {}).toSorted()).toEqual(['late', 'second']);
  });
});

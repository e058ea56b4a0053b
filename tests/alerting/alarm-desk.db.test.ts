import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../alerting/alarm-limits.ts';
import type { Alarm } from '../../alerting/alarm.ts';
import { alarmDesk } from '../../alerting/io/alarm-desk.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench, openedBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';

const { db } = await testDatabase();
// What is due is due for every site.
beforeEach(() => db.deleteFrom('alarm').execute());

const alarmOf = async ({ siteId }: DeskBench, target = 'level') => {
  const rows = db.selectFrom('alarm').selectAll().where('target', '=', `${siteId}/${target}`);
  const row = await rows.orderBy('opened_at', 'desc').executeTakeFirstOrThrow();
  return { ...row, alarm: row.state as Alarm };
};
const shelve = ({ alarms, siteId }: DeskBench, hours: number, target = 'level') =>
  alarms.shelve(siteId, { target: `${siteId}/${target}`, hours, reason: 'gauge trembles' }, 'li');

describe('the alarm desk', () => {
  it('E30 an acknowledgement ends by its row after the hours of its level', async () => {
    const bench = await deskBench(db, { clock: fakeClock() });
    const { alarms, desk, clock, siteId, logLevel } = bench;
    await logLevel('yellow');
    await desk.followLevelChanges();
    await alarms.acknowledge(siteId, `${siteId}/level`, 'li');
    clock.advance(12 * HOUR - MINUTE);
    expect(await alarms.takeDue()).toBe(0);
    expect((await alarmOf(bench)).alarm.state).toBe('acknowledged');
    clock.advance(MINUTE);
    expect(await alarms.takeDue()).toBe(1);
    expect((await alarmOf(bench)).alarm).toMatchObject({ state: 'unacknowledged', acknowledged: null });
    expect(await alarms.takeDue()).toBe(0);
    expect(await bench.events()).toContain('alarm-seen-over');
  });

  it('an acknowledgement, a shelf and their ends call nobody, hang nobody up and move no deadline', async () => {
    const bench = await openedBench(db, 'yellow');
    const { alarms, callout, attempts, clock, siteId } = bench;
    const before = [await callout(), await attempts()];
    await alarms.acknowledge(siteId, `${siteId}/level`, 'li');
    await shelve(bench, 1);
    clock.advance(HOUR);
    await alarms.takeDue();
    await shelve(bench, 1);
    await alarms.unshelve(siteId, `${siteId}/level`, 'li');
    expect([await callout(), await attempts()]).toEqual(before);
  });

  it('while a yellow alarm lies on the shelf its rise to red is called for at once, and takes it off', async () => {
    const bench = await openedBench(db, 'yellow');
    await shelve(bench, 24);
    const before = (await bench.attempts()).length;
    await bench.logLevel('red', 'level', { from: 'yellow' });
    await bench.desk.followLevelChanges();
    expect((await bench.attempts()).slice(before)).toContain('2 principal red voice queued');
    expect((await alarmOf(bench)).alarm).toMatchObject({ state: 'unacknowledged', shelf: null });
  });

  it('stands in the record of the callout that is open, with who and until when', async () => {
    const bench = await openedBench(db, 'yellow');
    await shelve(bench, 2);
    const { id } = await bench.callout();
    const rows = await db.selectFrom('callout_event').selectAll().where('callout_id', '=', id).execute();
    expect(rows.at(-1)).toMatchObject({
      type: 'alarm-shelved',
      facts: { who: 'li', level: 'yellow', until: bench.clock.now() + 2 * HOUR, note: 'gauge trembles' },
    });
    const audit = await db.selectFrom('audit').selectAll().where('action', '=', 'alarm/shelve').execute();
    expect(audit.at(-1)).toMatchObject({ who: 'li', site_id: bench.siteId, facts: { reason: 'gauge trembles' } });
  });

  it('nobody alone shelves what is or was orange or red, nor for longer than its level allows, nor what is not there', async () => {
    const bench = await openedBench(db, 'orange');
    await expect(shelve(bench, 1)).rejects.toMatchObject({ code: 'alarm/second-person' });
    await bench.logLevel('blue', 'level', { from: 'orange' });
    await bench.desk.followLevelChanges();
    await expect(shelve(bench, 1)).rejects.toMatchObject({ code: 'alarm/second-person' });
    await bench.logLevel('blue', 'pipe');
    await bench.desk.followLevelChanges();
    await expect(shelve(bench, 169, 'pipe')).rejects.toMatchObject({ code: 'alarm/shelf-too-long' });
    await expect(shelve(bench, 1, 'rain')).rejects.toMatchObject({ code: 'alarm/not-found' });
    expect((await alarmOf(bench)).alarm.shelf).toBe(null);
  });

  it('E37 a shelf of 30 days is not over at once, nor on any day before its own', async () => {
    const bench = await deskBench(db, { clock: fakeClock() });
    const { clock, desk, logLevel, siteId } = bench;
    const days = { ...DEFAULT_LIMITS.shelvedAtMostMs, blue: 30 * DAY };
    const limits = { ...DEFAULT_LIMITS, shelvedAtMostMs: days };
    const alarms = alarmDesk({ db, clock, limitsOf: () => Promise.resolve(limits) });
    await logLevel('blue');
    await desk.followLevelChanges();
    await alarms.shelve(siteId, { target: `${siteId}/level`, hours: 30 * 24, reason: 'winter' }, 'li');
    for (let day = 0; day < 30; day += 1) {
      expect(await alarms.takeDue()).toBe(0);
      clock.advance(DAY);
    }
    expect(await alarms.takeDue()).toBe(1);
    expect((await alarmOf(bench)).alarm).toMatchObject({ state: 'unacknowledged', shelf: null });
  });

  it('what has returned while it lay on the shelf is closed when its time there is over', async () => {
    const bench = await openedBench(db, 'yellow');
    const { alarms, siteId, clock, logLevel, desk } = bench;
    await alarms.acknowledge(siteId, `${siteId}/level`, 'li');
    await shelve(bench, 1);
    await logLevel('normal', 'level', { from: 'yellow' });
    await desk.followLevelChanges();
    expect((await alarmOf(bench)).closed_at).toBe(null);
    clock.advance(HOUR);
    await alarms.takeDue();
    expect((await alarmOf(bench)).closed_at).not.toBe(null);
  });
});

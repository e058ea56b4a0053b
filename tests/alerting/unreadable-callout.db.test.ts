import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench, openedBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';

const { db } = await testDatabase();

/** What an older program or a damaged disk may leave. */
async function spoil({ siteId }: DeskBench, fields: { state?: unknown; policy?: unknown }): Promise<void> {
  const set = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));
  await db.updateTable('callout').set(set).where('site_id', '=', siteId).execute();
}

const callouts = ({ siteId }: DeskBench) =>
  db.selectFrom('callout').selectAll().where('site_id', '=', siteId).orderBy('ended_at').execute();

describe('a callout that cannot be read any more', () => {
  it('R10 makes way for a fresh red one when a level change is parked because of it', async () => {
    const bench = await openedBench(db, 'orange');
    const other = await deskBench(db);
    const { phone, id: ringing } = await bench.attempt(1);
    await bench.desk.report(ringing, { reportId: 'r', event: 'answered' });
    await spoil(bench, { state: { phase: 'calling' } });
    bench.clock.advance(SECOND);
    await bench.logLevel('red');
    await other.logLevel('red');
    await bench.desk.followLevelChanges();

    const [ended, fresh] = await callouts(bench);
    expect(ended?.ended_at).not.toBe(null);
    expect(ended?.state).toMatchObject({ phase: 'released', unreadable: { state: { phase: 'calling' } } });
    expect(fresh).toMatchObject({ ended_at: null, state: { phase: 'calling', news: [{ subject: 'system' }] } });
    expect((await bench.attempts()).filter((line) => !line.includes(' ended'))).toEqual([
      '1 officer orange voice cancelling',
      '1 principal red voice queued',
      '2 officer orange voice queued',
      '3 room yellow sms queued',
    ]);
    expect((await bench.events()).slice(-6)).toEqual([
      'parked',
      'opened',
      'attempt-queued',
      'attempt-queued',
      'attempt-queued',
      'unreadable',
    ]);
    expect((await other.attempts())[0]).toBe('1 principal red voice queued');
    // A report on the old line, and its number, do no harm.
    expect(await bench.desk.report(ringing, { reportId: 's', event: 'digit', digit: '1' })).toMatchObject({
      hangup: true,
    });
    expect(await bench.desk.reply(phone, '1234', 't')).toBe(null);
    // Once, and what comes after goes to the fresh one.
    await bench.logLevel('red', 'pipe');
    await bench.desk.followLevelChanges();
    expect(await callouts(bench)).toHaveLength(2);
    expect((await bench.callout()).state.covered).toHaveProperty(`${bench.siteId}/pipe`);
  });

  it('R10 makes way for a fresh red one when it fails to climb three times in a row; others climb meanwhile', async () => {
    const bench = await openedBench(db, 'orange');
    const other = await openedBench(db, 'orange');
    const { id } = await bench.callout();
    await db
      .updateTable('callout')
      .set({ state: JSON.stringify({ phase: 'calling', runs: null }) })
      .where('id', '=', id)
      .execute();
    bench.clock.advance(60 * SECOND);
    other.clock.advance(60 * SECOND);
    for (let i = 0; i < 2; i += 1) await expect(bench.desk.takeDue()).rejects.toThrow();
    expect((await other.attempts()).at(-1)).toBe('3 engineer orange voice queued');
    expect((await bench.callout()).id).toBe(id);
    await expect(bench.desk.takeDue()).rejects.toThrow();
    const [ended, fresh] = await callouts(bench);
    expect([ended?.id, fresh?.state]).toMatchObject([
      id,
      { phase: 'calling', news: [{ subject: 'system', level: 'red', about: `callout:${id}` }] },
    ]);
    expect((await bench.attempts()).some((line) => line.includes('principal red voice queued'))).toBe(true);
    // The fresh one climbs by itself.
    bench.clock.advance(60 * SECOND);
    await bench.desk.takeDue();
    expect((await bench.attempts()).some((line) => line.includes('deputy red voice queued'))).toBe(true);
  });

  it.each([{}, [], null, 'text', { phase: 'released' }, { phase: 'calling', runs: [], news: {} }, { runs: [null] }])(
    'R10 makes way whatever its state is: %j',
    async (state) => {
      const bench = await openedBench(db, 'orange');
      await spoil(bench, { state });
      await bench.logLevel('red');
      await bench.desk.followLevelChanges();
      expect(await callouts(bench)).toHaveLength(2);
      expect((await bench.attempts()).some((line) => line.includes('principal red voice queued'))).toBe(true);
    },
  );

  it('R10 leaves what stands to the fresh one: it is not closed while a red stands that the broken one was called for', async () => {
    const bench = await openedBench(db, 'red');
    const pipe = `${bench.siteId}/pipe`;
    await spoil(bench, { state: { phase: 'calling' } });
    bench.clock.advance(SECOND);
    await bench.logLevel('orange', 'pipe');
    await bench.desk.followLevelChanges();
    const { id, state } = await bench.callout();
    expect(state.covered).toMatchObject({ [`${bench.siteId}/level`]: { level: 'red' }, [pipe]: { level: 'orange' } });
    for (const contact of ['principal', 'engineer', 'room']) await bench.desk.answerOnScreen(id, contact);
    expect((await bench.callout()).state.phase).toBe('answered');
    const release = () => bench.desk.release(id, 'operator', 'inspected', { inspection: 'dry' });
    await expect(release()).rejects.toMatchObject({ code: 'callout/level-stands' });
    await bench.logLevel('normal');
    await bench.logLevel('normal', 'pipe');
    await bench.desk.followLevelChanges();
    expect((await release()).phase).toBe('released');
  });

  it('R10 makes way also when its stored policy is what cannot be read', async () => {
    const bench = await openedBench(db, 'yellow');
    await spoil(bench, { policy: { siteId: bench.siteId } });
    await bench.logLevel('red');
    await bench.desk.followLevelChanges();
    expect(await callouts(bench)).toHaveLength(2);
    expect((await bench.attempts()).some((line) => line.includes('principal red voice queued'))).toBe(true);
  });

  it('is left as it was, with nothing told, while the fresh one cannot be opened either', async () => {
    const bench = await openedBench(db, 'orange');
    await spoil(bench, { state: { phase: 'calling' }, policy: {} });
    bench.forgetConfiguration();
    await bench.logLevel('red');
    await expect(bench.desk.followLevelChanges()).rejects.toThrow();
    expect(await callouts(bench)).toMatchObject([{ ended_at: null, state: { phase: 'calling' } }]);
    bench.reconfigure(bench.policy.contacts);
    await bench.desk.followLevelChanges();
    expect(await callouts(bench)).toHaveLength(2);
  });
});

import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { openedBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';

const { db } = await testDatabase();

/** Telephone numbers that were called, in order, with whom they were called for. */
async function called({ siteId }: DeskBench): Promise<readonly string[]> {
  const rows = db.selectFrom('attempt').select(['contact_id', 'phone']).where('site_id', '=', siteId);
  return (await rows.orderBy('number').execute()).map(({ contact_id, phone }) => `${contact_id} ${phone}`);
}

describe('a configuration that changes under a running callout', () => {
  it('corrects a number from the next attempt on, and moves neither rungs nor deadlines', async () => {
    const bench = await openedBench(db, 'red');
    const before = (await bench.callout()).state.runs;
    bench.reconfigure(
      bench.policy.contacts.map((contact) => ({ ...contact, duty: 'control-room', phone: `${contact.phone}9` })),
    );
    expect((await bench.callout()).state.runs).toEqual(before);
    bench.clock.advance(MINUTE);
    await bench.desk.takeDue();
    expect((await called(bench)).slice(3)).toEqual(['deputy +86100000000049', 'engineer +86100000000039']);
    const { runs } = (await bench.callout()).state;
    expect(runs.map(({ rungs, answeredBy }) => [rungs, answeredBy])).toEqual(
      before.map(({ rungs, answeredBy }) => [rungs, answeredBy]),
    );
    // The duty is the one the callout began with: the deputy still settles red.
    await bench.desk.answerOnScreen((await bench.callout()).id, 'deputy');
    expect((await bench.callout()).state.answers).toHaveLength(1);
  });

  it('speaks of a target that was added later by its name', async () => {
    const bench = await openedBench(db, 'orange');
    const name = { zh: '新测点', en: 'New point' };
    bench.reconfigure(bench.policy.contacts, { [`${bench.siteId}/new`]: { name, unit: 'm' } });
    await bench.logLevel('red', 'new');
    await bench.desk.followLevelChanges();
    const said = await db.selectFrom('attempt').select('say').where('site_id', '=', bench.siteId).execute();
    const [zh] = said.map(({ say }) => (say as { zh: string }).zh).slice(-1);
    expect(zh).toContain('新测点 338.95 米');
    expect(zh).not.toContain(bench.siteId);
  });

  it('still calls the old number of somebody who was removed, and of everybody when it cannot be read', async () => {
    const bench = await openedBench(db, 'red');
    bench.reconfigure(bench.policy.contacts.filter(({ id }) => id !== 'deputy'));
    bench.clock.advance(MINUTE);
    await bench.desk.takeDue();
    expect((await called(bench))[3]).toBe('deputy +8610000000004');
    bench.forgetConfiguration();
    bench.clock.advance(MINUTE);
    await bench.desk.takeDue();
    expect((await called(bench))[5]).toBe('principal +8610000000005');
  });
});

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { beginDrill } from '../../alerting/io/begin-drill.ts';
import { claim } from '../../alerting/io/attempt-claim.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';
import { owed } from '../../alerting/io/owed.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';
import { fakeCarrier } from './fake-carrier.ts';
import type { FakeCarrier } from './fake-carrier.ts';
import { named } from './named-carriers.ts';
import { POLICY } from './story.ts';

const { db } = await testDatabase();
const { red } = POLICY.ladders;
/** A pond that calls one person for yellow. */
const ALONE: CalloutPolicy = {
  ...POLICY,
  ladders: {
    yellow: { answeredBy: ['control-room'], rungs: [{ contactId: 'room', medium: 'sms', answerWithinMs: HOUR }] },
  },
};
let bench: DeskBench;
let carrier: FakeCarrier;
let box: Outbox;
const [PRINCIPAL, DEPUTY] = ['+8610000000005', '+8610000000004'];

beforeEach(async () => {
  await db.updateTable('attempt').set({ status: 'ended', carrier_ref: null }).execute();
  await db
    .updateTable('callout')
    .set({ due_at: null, ended_at: new Date(0) })
    .execute();
  await db.deleteFrom('carrier_request').execute();
  bench = await deskBench(db, { policy: { ...POLICY, ladders: red === undefined ? {} : { red } } });
  carrier = await fakeCarrier();
  box = outboxOf();
});
afterEach(async () => {
  await box.settled();
  await carrier[Symbol.asyncDispose]();
});

const outboxOf = (limits = { perNumber: [] as { most: number; withinMs: number }[], keptForRed: 0 }) =>
  outbox({
    db,
    clock: bench.clock,
    carriers: [
      named('http', httpCarrier({ url: carrier.url, key: 'k', publicUrl: 'https://pond.example', timeoutMs: 2000 }), {
        limits,
      }),
    ],
    policyOf: bench.policyOf,
    draw: Math.random,
    linkTo: null,
    failed: (error) => {
      throw error;
    },
  });

const begin = () =>
  db.transaction().execute(async (tx) => {
    const level = 'red' as const;
    const [drillId, at] = [randomUUID(), new Date(bench.clock.now())];
    const row = { level, scenario: '', words: '{}', target: null, section: null, asked_by: 'li', state: 'planned' };
    const open = { callout_id: null, ends_at: null, why: null, closed_by: null, closed_at: null };
    await tx
      .insertInto('drill')
      .values({ id: drillId, site_id: bench.siteId, ...row, ...open, planned_for: at, asked_at: at })
      .execute();
    const words = { zh: '三号断面浸润线', en: 'section 3' };
    const begun = { drillId, siteId: bench.siteId, level, words, endsAfterMs: 2 * HOUR };
    return beginDrill(tx, { policyOf: bench.policyOf, draw: Math.random }, begun, bench.clock.now());
  });
const deliver = async (by: Outbox = box) => {
  await by.pass();
  await by.settled();
};
const rise = async () => {
  await bench.logLevel('red');
  await bench.desk.followLevelChanges();
};
const said = () => carrier.asked.map(({ path, body }) => [path, body.to, body.say ?? body.text]);
const stateOf = async (id: string) =>
  db.selectFrom('callout').select(['state', 'ended_at']).where('id', '=', id).executeTakeFirstOrThrow();
const picksUp = async (number: number) => {
  const { id } = await bench.attempt(number);
  await bench.desk.report(id, { event: 'answered', reportId: `${id}-up` });
};

describe('a drill', () => {
  it('rings phones with its word, is answered by the digit, and says in each line of its record what it is', async () => {
    const id = await begin();
    await deliver();
    expect(said()).toEqual([
      ['/v1/calls', PRINCIPAL, expect.stringMatching(/^演练 DRILL。示范尾矿库，红色预警叫应。.*这是演练。$/u)],
    ]);
    await picksUp(1);
    const { id: attempt, code } = await bench.attempt(1);
    const reply = await bench.desk.report(attempt, { event: 'digit', digit: code, reportId: 'd' });
    expect(reply.say).toMatch(/^演练 DRILL。已确认，红色/u);
    await bench.desk.report(attempt, { event: 'digit', digit: '1', reportId: 'one' });
    await bench.desk.release(id, 'li', 'all went well', { inspection: 'the engineer' });
    expect((await stateOf(id)).ended_at).not.toBe(null);
    const facts = await db.selectFrom('callout_event').select('facts').where('callout_id', '=', id).execute();
    expect(facts.length).toBeGreaterThan(5);
    for (const { facts: one } of facts) expect(one).toMatchObject({ drill: true });
  });

  it('goes on after its process was killed, and climbs', async () => {
    await begin();
    bench.clock.advance(60 * SECOND);
    await bench.anotherDesk().takeDue();
    await deliver();
    expect(new Set(said().map(([, to]) => to))).toEqual(new Set([PRINCIPAL, DEPUTY]));
  });

  it('is ended by a real red at once: its line is hung up first, the real call says that it is none, and all are told', async () => {
    const drill = await begin();
    await deliver();
    await picksUp(1);
    const { id: onTheLine } = await bench.attempt(1);
    carrier.forget();
    await rise();
    await deliver();
    expect(carrier.hungUp).toEqual([`ref-${onTheLine}`]);
    expect(said()).toEqual([
      ['/v1/calls', PRINCIPAL, expect.stringMatching(/^这不是演练。示范尾矿库，红色预警叫应。/u)],
    ]);
    await bench.desk.takeDue();
    await deliver();
    expect(said().slice(1)).toEqual([['/v1/messages', PRINCIPAL, expect.stringMatching(/^这不是演练！/u)]]);
    expect(await stateOf(drill)).toMatchObject({ state: { phase: 'released', drillEnded: 'real' } });
    // Whoever still hears the drill and presses is told the same.
    expect((await bench.desk.report(onTheLine, { event: 'digit', digit: '1', reportId: 'late' })).say).toMatch(
      /^这不是演练！/u,
    );
  });

  it('of another site frees the telephone that something real is about to ring', async () => {
    await begin();
    await deliver();
    await picksUp(1);
    const { id: onTheLine } = await bench.attempt(1);
    carrier.forget();
    const other = await deskBench(db, {
      clock: bench.clock,
      policy: { ...POLICY, ladders: red === undefined ? {} : { red } },
    });
    await other.logLevel('red');
    await other.desk.followLevelChanges();
    await deliver();
    expect(carrier.hungUp).toEqual([`ref-${onTheLine}`]);
    expect(said()).toEqual([['/v1/calls', PRINCIPAL, expect.stringMatching(/^示范尾矿库，红色预警叫应/u)]]);
  });

  it('that somebody holds, or that cannot be read, delays nothing real', async () => {
    const drill = await begin();
    await deliver();
    carrier.forget();
    await db.updateTable('callout').set({ state: '{"phase":"broken"}' }).where('id', '=', drill).execute();
    await db.transaction().execute(async (tx) => {
      await tx.selectFrom('callout').select('id').where('id', '=', drill).forUpdate().execute();
      await tx.selectFrom('attempt').select('id').where('callout_id', '=', drill).forUpdate().execute();
      await rise();
      await deliver();
    });
    expect(said().map(([, to]) => to)).toEqual([PRINCIPAL]);
    await expect(bench.desk.takeDue()).rejects.toThrow();
    expect((await stateOf(drill)).ended_at).not.toBe(null);
    const real = db.selectFrom('callout').select('id').where('site_id', '=', bench.siteId).where('drill', '=', false);
    expect(await real.where('ended_at', 'is', null).execute()).toHaveLength(1);
  });

  it('makes no call any more once something real calls, also where it could not be hung up yet', async () => {
    const drill = await begin();
    await db.transaction().execute(async (tx) => {
      await tx.selectFrom('attempt').select('id').where('callout_id', '=', drill).forUpdate().execute();
      await rise();
    });
    await deliver();
    expect(said()).toEqual([['/v1/calls', PRINCIPAL, expect.stringMatching(/^这不是演练。/u)]]);
  });

  it('is not begun beside what is real', async () => {
    await rise();
    await expect(begin()).rejects.toMatchObject({ code: 'drill/real-stands' });
  });

  it('is called after whatever is real, and takes nothing of what is kept for red', async () => {
    await begin();
    bench.clock.advance(SECOND);
    const other = await deskBench(db, { clock: bench.clock, policy: ALONE });
    await other.logLevel('yellow');
    await other.desk.followLevelChanges();
    const claimed = await claim(db, ['queued', 'claimed'], bench.clock.now(), { leaseMs: SECOND, most: 10 });
    expect(claimed.attempts.map(({ level, drill }) => [level, drill])).toEqual([
      ['yellow', false],
      ['red', true],
    ]);
    bench.clock.advance(2 * SECOND);
    const kept = outboxOf({ perNumber: [{ most: 2, withinMs: HOUR }], keptForRed: 0.5 });
    await deliver(kept);
    carrier.forget();
    // The second and third call to the same number in the hour: of a drill neither is made, of red the second is.
    bench.clock.advance(2 * MINUTE);
    await bench.desk.takeDue();
    bench.clock.advance(2 * MINUTE);
    await bench.desk.takeDue();
    await deliver(kept);
    expect(said().filter(([, to]) => to === PRINCIPAL)).toEqual([]);
    await rise();
    await deliver(kept);
    expect(said().filter(([path, to]) => path === '/v1/calls' && to === PRINCIPAL)).toHaveLength(1);
  });

  it('that nobody closes is over after its time', async () => {
    const id = await begin();
    bench.clock.advance(2 * HOUR);
    await bench.desk.takeDue();
    expect(await stateOf(id)).toMatchObject({ state: { drillEnded: 'over-time' } });
  });

  it('is the only one of its site', async () => {
    const both = await Promise.allSettled([begin(), begin()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'drill/runs' } });
  });

  it('wakes nobody by what it neglects', async () => {
    await begin();
    await db.updateTable('callout').set({ due_at: null }).where('site_id', '=', bench.siteId).execute();
    expect(await owed(db, bench.clock.now())).toMatchObject({ callouts: [], attempts: [] });
  });
});

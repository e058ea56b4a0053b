import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import type { NamedCarrier } from '../../alerting/channels/named-carrier.ts';
import { owed } from '../../alerting/io/owed.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';
import { neglected } from '../../alerting/neglect.ts';
import type { CarrierReport } from '../../alerting/carrier-report.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';
import { fakeCarrier } from './fake-carrier.ts';
import type { FakeCarrier } from './fake-carrier.ts';
import { named } from './named-carriers.ts';
import { RESPONDING } from './story.ts';

const { db } = await testDatabase();
let first: DeskBench;
let second: DeskBench;
let carrier: FakeCarrier;
let box: Outbox;
let reports = 0;

const OFFICER = '+8610000000002';
const PONDS = ['青山库', '白水库'] as const;

const boxOf = (more: Partial<NamedCarrier> = {}): Outbox =>
  outbox({
    db,
    clock: first.clock,
    carriers: [
      named(
        'http',
        httpCarrier({ url: carrier.url, key: 'k', publicUrl: 'https://pond.example', timeoutMs: 2_000 }),
        more,
      ),
    ],
    policyOf: (siteId, tx) => (siteId === first.siteId ? first : second).policyOf(siteId, tx),
    draw: Math.random,
    linkTo: null,
    failed: (error) => {
      throw error;
    },
  });

beforeEach(async () => {
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  await db.updateTable('callout').set({ due_at: null }).execute();
  const clock = fakeClock();
  [first, second] = (await Promise.all(
    PONDS.map((zh) => deskBench(db, { clock, policy: { ...RESPONDING, siteName: { zh, en: zh } } })),
  )) as [DeskBench, DeskBench];
  carrier = await fakeCarrier();
  box = boxOf();
});
afterEach(async () => {
  await box.settled();
  await carrier[Symbol.asyncDispose]();
});

async function rise(bench: DeskBench, to: 'orange' | 'red'): Promise<void> {
  await bench.logLevel(to);
  await bench.desk.followLevelChanges();
}
async function deliver(by: Outbox = box): Promise<void> {
  await by.pass();
  await by.settled();
}
/** Both ponds turn orange, one call rings the officer. */
async function oneCall(): Promise<{ readonly host: string; readonly codes: readonly [string, string] }> {
  await rise(first, 'orange');
  // Of two that are due at the same moment either may be the line.
  first.clock.advance(1);
  await rise(second, 'orange');
  await deliver();
  const [a, b] = [await officers(first), await officers(second)];
  return { host: a.id, codes: [a.code, b.code] };
}
const officers = (bench: DeskBench) =>
  db
    .selectFrom('attempt')
    .selectAll()
    .where('site_id', '=', bench.siteId)
    .where('contact_id', '=', 'officer')
    .where('medium', '=', 'voice')
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow();
const says = (host: string, event: CarrierReport['event'], digit?: string) =>
  first.desk.report(host, { reportId: String(++reports), event, ...(digit !== undefined && { digit }) });
const callsTo = (phone: string) => carrier.asked.filter(({ path, body }) => path === '/v1/calls' && body.to === phone);
const answersOf = async (bench: DeskBench) => (await bench.callout()).state.answers.map(({ contactId }) => contactId);

describe('one call for what several sites want of one number', () => {
  it('rings once, tells of the other site, and each answer settles what was spoken', async () => {
    const { host, codes } = await oneCall();
    expect(callsTo(OFFICER).map(({ key }) => key)).toEqual([host]);
    expect(callsTo(OFFICER)[0]?.body.say).toContain('青山库');
    expect(callsTo(OFFICER)[0]?.body.say).toContain('另有白水库橙色叫应');
    await says(host, 'answered');
    const read = await says(host, 'digit', codes[0]);
    expect(read.hangup).toBeUndefined();
    expect(read.say).toContain('请按 0 收听');
    expect([await answersOf(first), await answersOf(second)]).toEqual([['officer'], []]);
    const next = await says(host, 'digit', '0');
    expect(next).toMatchObject({ gather: { digits: 1 } });
    expect(next.say).toContain('白水库');
    expect(next.say).toContain(`请按 ${codes[1]} 确认`);
    expect(await answersOf(second)).toEqual([]);
    const last = await says(host, 'digit', codes[1]);
    expect(last.say).not.toContain('请按 0 收听');
    expect(await answersOf(second)).toEqual(['officer']);
    await says(host, 'ended');
    await deliver();
    expect(callsTo(OFFICER)).toHaveLength(1);
    expect(await officers(second)).toMatchObject({ status: 'ended', outcome: 'confirmed', carrier: 'http' });
  });

  it('a key of the menu says something of the site that was spoken, and of no other', async () => {
    const { host, codes } = await oneCall();
    await says(host, 'answered');
    await says(host, 'digit', codes[0]);
    await says(host, 'digit', '0');
    await says(host, 'digit', codes[1]);
    await says(host, 'digit', '2');
    expect((await first.callout()).state.orders ?? []).toEqual([]);
    expect((await second.callout()).state.orders).toMatchObject([{ kind: 'stop-work', contactId: 'officer' }]);
  });

  it('does not go on before what was spoken is answered', async () => {
    const { host } = await oneCall();
    await says(host, 'answered');
    expect((await says(host, 'digit', '0')).say).toContain('按键不正确');
    expect((await officers(second)).status).toBe('claimed');
  });

  it('the same report again gets the same reply and goes no further', async () => {
    const { host, codes } = await oneCall();
    await says(host, 'answered');
    await says(host, 'digit', codes[0]);
    const zero: CarrierReport = { reportId: 'zero', event: 'digit', digit: '0' };
    const once = await first.desk.report(host, zero);
    expect(await first.desk.report(host, zero)).toEqual(once);
    expect(await answersOf(second)).toEqual([]);
  });

  it.each(['busy', 'no-answer', 'voicemail', 'failed'] as const)('%s is so for both', async (event) => {
    const { host } = await oneCall();
    await says(host, event);
    expect([await officers(first), await officers(second)]).toMatchObject([{ outcome: event }, { outcome: event }]);
  });

  it('who hangs up after the first answer is rung for the other site at once, alone', async () => {
    const { host, codes } = await oneCall();
    await says(host, 'answered');
    await says(host, 'digit', codes[0]);
    await says(host, 'ended');
    await deliver();
    expect(callsTo(OFFICER)).toHaveLength(2);
    expect(callsTo(OFFICER)[1]?.body.say).toContain('白水库');
    expect(await officers(second)).toMatchObject({ status: 'handed-over', rides_on: null });
  });

  it('who hangs up while the other site is spoken has not answered it', async () => {
    const { host, codes } = await oneCall();
    await says(host, 'answered');
    await says(host, 'digit', codes[0]);
    await says(host, 'digit', '0');
    await says(host, 'ended');
    expect(await answersOf(second)).toEqual([]);
    expect(await officers(second)).toMatchObject({ status: 'ended', outcome: 'hung-up' });
  });

  it('a call that is hung up because somebody else answered lets the other site ring at once', async () => {
    await oneCall();
    await first.desk.answerOnScreen((await first.callout()).id, 'engineer');
    await deliver();
    await deliver();
    expect(callsTo(OFFICER).map(({ body }) => body.say?.slice(0, 3))).toEqual(PONDS);
  });

  it('an answer elsewhere to the site that rides leaves the call alone', async () => {
    const { host, codes } = await oneCall();
    await second.desk.answerOnScreen((await second.callout()).id, 'engineer');
    await deliver();
    expect(carrier.hungUp).toEqual([]);
    await says(host, 'answered');
    expect((await says(host, 'digit', codes[0])).say).not.toContain('请按 0 收听');
  });

  it('what comes while the phone rings joins that call', async () => {
    await rise(first, 'orange');
    await deliver();
    await rise(second, 'orange');
    await deliver();
    expect(callsTo(OFFICER)).toHaveLength(1);
    const { id: host, code } = await officers(first);
    await says(host, 'answered');
    expect((await says(host, 'digit', code)).say).toContain('另有白水库橙色叫应');
  });

  it('a stranger at the number is asked about no other site', async () => {
    const { host, codes } = await oneCall();
    await says(host, 'answered');
    await says(host, 'digit', codes[0]);
    expect(await says(host, 'digit', '9')).toMatchObject({ hangup: true });
    expect(await officers(second)).toMatchObject({ status: 'ended', outcome: 'failed' });
  });

  it('E16 red rings alone, and at once', async () => {
    await rise(first, 'orange');
    await deliver();
    carrier.forget();
    await rise(second, 'red');
    await deliver();
    const red = await db
      .selectFrom('attempt')
      .select(['status', 'rides_on'])
      .where('site_id', '=', second.siteId)
      .where('level', '=', 'red')
      .execute();
    expect(red).toEqual([{ status: 'handed-over', rides_on: null }]);
  });

  it('E1 when the carrier forgets the call what rides on it goes alone, and the auditor has nothing to say before', async () => {
    await oneCall();
    first.clock.advance(30 * SECOND);
    expect(neglected({ ...(await owed(db, first.clock.now())), callouts: [] }, first.clock.now())).toEqual([]);
    first.clock.advance(2 * MINUTE);
    await deliver();
    expect(callsTo(OFFICER).map(({ body }) => body.say?.slice(0, 3))).toEqual(PONDS);
  });

  it('a carrier that cannot be told what to say next has one call a site', async () => {
    box = boxOf({ converses: false });
    await oneCall();
    expect(callsTo(OFFICER)).toHaveLength(2);
    expect(callsTo(OFFICER)[0]?.body.say).not.toContain('另有');
  });

  it('where no carrier takes the call each site goes on for itself', async () => {
    carrier.answer(() => ({ status: 503 }));
    await oneCall();
    expect(await officers(second)).toMatchObject({ status: 'queued', rides_on: null });
    carrier.answer(null);
    first.clock.advance(5 * SECOND);
    await deliver();
    expect((await officers(second)).status).toBe('handed-over');
  });
});

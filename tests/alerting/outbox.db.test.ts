import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { claim } from '../../alerting/io/attempt-claim.ts';
import type { ClaimedAttempt } from '../../alerting/io/attempt-claim.ts';
import { checkCarriers } from '../../alerting/io/carrier-check.ts';
import { beginRequest } from '../../alerting/io/carrier-request.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';
import { SECOND } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';
import { door, fakeCarrier } from './fake-carrier.ts';
import type { FakeCarrier } from './fake-carrier.ts';
import { named } from './named-carriers.ts';

const { db } = await testDatabase();
let bench: DeskBench;
let carrier: FakeCarrier;
let box: Outbox;

const [ROOM, OFFICER, ENGINEER, DEPUTY, PRINCIPAL] = [1, 2, 3, 4, 5].map((n) => `+861000000000${String(n)}`);

const PUBLIC_URL = 'https://pond.example';
const port = () => httpCarrier({ url: carrier.url, key: 'secret-key', publicUrl: PUBLIC_URL, timeoutMs: 2000 });
const makeBox = () =>
  outbox({
    db,
    clock: bench.clock,
    carriers: [named('http', port())],
    policyOf: bench.policyOf,
    draw: Math.random,
    linkTo: null,
    failed: (error) => {
      throw error;
    },
  });

beforeEach(async () => {
  // Attempts of an earlier test would be performed by this one's outbox.
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  await db.updateTable('callout').set({ due_at: null }).execute();
  bench = await deskBench(db);
  carrier = await fakeCarrier();
  box = makeBox();
});
afterEach(async () => {
  await box.settled();
  await carrier[Symbol.asyncDispose]();
});

async function rise(to: 'orange' | 'red' | 'yellow'): Promise<void> {
  await bench.logLevel(to);
  await bench.desk.followLevelChanges();
}
async function deliver(by: Outbox = box): Promise<void> {
  await by.pass();
  await by.settled();
}
/** Engineer, then the officer again. */
async function onceRoundTheLadder(): Promise<void> {
  for (let rung = 0; rung < 2; rung++) {
    bench.clock.advance(60 * SECOND);
    await bench.desk.takeDue();
  }
}
const statuses = async () => (await bench.attempts()).map((line) => line.split(' ').slice(4).join(' '));

describe('the outbox', () => {
  it('E28 sends, after the end, that it is over: without code and without link; nothing else is sent any more', async () => {
    const told = outbox({
      db,
      clock: bench.clock,
      carriers: [named('http', port())],
      policyOf: bench.policyOf,
      draw: Math.random,
      linkTo: () => 'https://pond.example/answer',
      failed: (error) => {
        throw error;
      },
    });
    await rise('yellow');
    await deliver(told);
    await bench.desk.answerOnScreen((await bench.callout()).id, 'room');
    await bench.logLevel('normal');
    await bench.desk.followLevelChanges();
    await bench.desk.release((await bench.callout()).id, 'operator', 'all dry');
    carrier.forget();
    await deliver(told);
    await deliver(told);
    expect(carrier.asked.map(({ path, body }) => [path, body.to, body.text])).toEqual([
      ['/v1/messages', ROOM, '示范尾矿库，读数回落，尚未解除。须经现场检查后由有权人员解除；此前请勿放松警戒。'],
      ['/v1/messages', ROOM, '示范尾矿库，叫应已解除。'],
    ]);
    expect(await bench.notices()).toEqual(['2 room yellow sms handed-over', '3 room yellow sms handed-over']);
  });

  it('asks the carrier for each attempt once, under its id, with the text and where to report', async () => {
    await rise('orange');
    await deliver();
    await deliver();
    const call = carrier.asked.find(({ path }) => path === '/v1/calls');
    const { id, code } = await bench.attempt(1);
    expect(call).toMatchObject({
      key: id,
      authorization: 'Bearer secret-key',
      body: { to: OFFICER, language: 'zh-CN', gather: { digits: 1 }, callback: `${PUBLIC_URL}/carrier/attempts/${id}` },
    });
    expect(call?.body.say).toContain(`请按 ${code} 确认`);
    expect(carrier.asked.find(({ path }) => path === '/v1/messages')).toMatchObject({
      body: { to: ROOM, inbound: `${PUBLIC_URL}/carrier/messages` },
    });
    expect(carrier.asked).toHaveLength(2);
    expect(await statuses()).toEqual(['handed-over', 'handed-over']);
  });

  it('E4 an answer in the gap between claim and request: nobody is called', async () => {
    await rise('orange');
    await deliver();
    const { open, opened } = door();
    carrier.holdHangUps(opened);
    await onceRoundTheLadder();
    // The officer's old call is being hung up: his new one has its claim, and waits for the line.
    await box.pass();
    await eventually(async () => (await bench.attempt(4)).status === 'claimed' && carrier.hungUp.length > 0);
    await bench.desk.answerOnScreen((await bench.callout()).id, 'engineer');
    open();
    await box.settled();
    await deliver();
    expect(carrier.rang.filter((phone) => phone === OFFICER)).toHaveLength(1);
    expect((await bench.attempts())[3]).toBe('4 officer orange voice ended cancelled');
  });

  it('E4 an answer while the carrier is being asked: told as a race, and hung up', async () => {
    const { open, opened } = door();
    carrier.answer(async () => {
      await opened;
      return { status: 201, body: { id: 'call-1' } };
    });
    await rise('orange');
    await box.pass();
    await eventually(() => carrier.asked.length === 2);
    await bench.desk.answerOnScreen((await bench.callout()).id, 'engineer');
    open();
    await box.settled();
    expect(carrier.hungUp).toEqual(['call-1']);
    expect(await statuses()).toEqual(['ended raced', 'handed-over']);
    expect(await bench.events()).toContain('raced');
    const { id } = await bench.attempt(1);
    expect(await bench.desk.report(id, { reportId: 'r1', event: 'answered' })).toMatchObject({ hangup: true });
  });

  it('a call that is on its way is hung up when somebody else has answered', async () => {
    await rise('orange');
    await deliver();
    const { id } = await bench.attempt(1);
    await bench.desk.answerOnScreen((await bench.callout()).id, 'engineer');
    await deliver();
    expect(carrier.hungUp).toEqual([`ref-${id}`]);
    expect((await statuses())[0]).toBe('ended cancelled');
  });

  it('E36 a crash between claim and request: another takes it when the lease is over, under the same id', async () => {
    const { open, opened } = door();
    carrier.answer(async () => {
      await opened;
      return { status: 503 };
    });
    await rise('orange');
    const dead = makeBox();
    await dead.pass();
    await eventually(() => carrier.asked.length === 2);
    await deliver();
    expect(carrier.asked).toHaveLength(2);
    carrier.answer(null);
    bench.clock.advance(19 * SECOND);
    await deliver();
    expect(carrier.rang).toEqual([]);
    bench.clock.advance(SECOND);
    await deliver();
    expect(carrier.rang.toSorted()).toEqual([ROOM, OFFICER]);
    // The dead one wakes up: its fence is old, and what it heard changes nothing.
    open();
    await dead.settled();
    expect(await statuses()).toEqual(['handed-over', 'handed-over']);
    expect(new Set(carrier.asked.map(({ key }) => key)).size).toBe(2);
  });

  it('a crash between request and record: asked again under the same id, and nobody rings twice', async () => {
    await rise('orange');
    carrier.answer((asked) =>
      asked.path === '/v1/calls' ? { status: 201, body: {} } : { status: 201, body: { id: 'sms' } },
    );
    await deliver();
    expect(await statuses()).toEqual(['queued', 'handed-over']);
    carrier.answer(null);
    bench.clock.advance(SECOND);
    await deliver();
    expect(carrier.asked.filter(({ path }) => path === '/v1/calls')).toHaveLength(2);
    expect(carrier.rang).toHaveLength(2);
    expect((await statuses())[0]).toBe('handed-over');
  });

  it('E26 one who was stopped between claim and request, and comes back after another has it, calls nobody', async () => {
    await rise('yellow');
    const claimed = async () =>
      (await claim(db, ['queued', 'claimed'], bench.clock.now(), { leaseMs: 20 * SECOND, most: 20 })).attempts;
    const [late] = await claimed();
    const isWanted = async (attempt: ClaimedAttempt | undefined) =>
      attempt && (await beginRequest(db, attempt, 'http', bench.clock.now())) !== undefined;
    expect(await isWanted(late)).toBe(true);
    expect(await claimed()).toEqual([]);
    bench.clock.advance(20 * SECOND);
    const [next] = await claimed();
    expect([await isWanted(late), await isWanted(next)]).toEqual([false, true]);
  });

  it('E8 one phone that cannot be asked for holds up no other', async () => {
    const { open, opened } = door();
    carrier.answer(async ({ body }) => {
      if (body.to !== PRINCIPAL) return { status: 201, body: { id: `to ${String(body.to)}` } };
      await opened;
      return { status: 500 };
    });
    await rise('red');
    await box.pass();
    await eventually(async () => (await statuses()).filter((status) => status === 'handed-over').length === 2);
    expect((await statuses())[0]).toBe('claimed');
    open();
    await box.settled();
    expect((await statuses())[0]).toBe('queued');
  });

  it('a carrier that refuses is a phone that was missed: the ladder climbs at once', async () => {
    carrier.answer(() => ({ status: 403 }));
    await rise('red');
    await deliver();
    carrier.answer(null);
    await deliver();
    expect(carrier.rang.toSorted()).toEqual([OFFICER, ENGINEER, DEPUTY]);
    expect((await statuses()).slice(0, 3)).toEqual(['ended failed', 'ended failed', 'ended failed']);
  });

  it('a carrier that is away is asked again and again; after three times the ladder climbs besides', async () => {
    carrier.answer(() => ({ status: 503 }));
    await rise('orange');
    for (const pauseSeconds of [0, 1, 2]) {
      bench.clock.advance(pauseSeconds * SECOND);
      await deliver();
    }
    const climbed = (await bench.attempts()).slice(2).map((line) => line.slice(2));
    expect(climbed.toSorted()).toEqual(['engineer orange voice queued', 'officer yellow sms queued']);
    carrier.answer(null);
    bench.clock.advance(5 * SECOND);
    await deliver();
    expect(carrier.rang.toSorted()).toEqual([ROOM, OFFICER, OFFICER, ENGINEER]);
  });

  it('a phone is rung anew only after our last call to it is off the line', async () => {
    await rise('orange');
    await deliver();
    await onceRoundTheLadder();
    const { open, opened } = door();
    carrier.holdHangUps(opened);
    await box.pass();
    await eventually(() => carrier.hungUp.length > 0 && carrier.rang.includes(ENGINEER ?? ''));
    expect(carrier.rang.filter((phone) => phone === OFFICER)).toHaveLength(1);
    open();
    await box.settled();
    expect(carrier.rang.filter((phone) => phone === OFFICER)).toHaveLength(2);
  });

  it('looks after the carrier', async () => {
    const look = (...carriers: Parameters<typeof checkCarriers>[2]) => checkCarriers(db, bench.clock, carriers);
    const known = () => db.selectFrom('carrier_status').selectAll().execute();
    await look(named('http', port()));
    expect(await known()).toMatchObject([
      { carrier: 'http', simulated: true, reachable: true, detail: 'fake', page: null },
    ]);
    await look();
    expect(await known()).toMatchObject([{ simulated: null, reachable: false }]);
    await look(named('http', httpCarrier({ url: 'http://127.0.0.1:1', key: 'k', publicUrl: PUBLIC_URL })));
    expect(await known()).toMatchObject([{ reachable: false, detail: 'the carrier does not answer' }]);
  });
});

it('a text message ends with the link that answers it, the same when it is sent again; a call says none', async () => {
  const linkTo = (id: string) => `https://pond.example/answer#${id}`;
  const linking = outbox({
    db,
    clock: bench.clock,
    carriers: [named('http', port())],
    policyOf: bench.policyOf,
    draw: Math.random,
    linkTo,
    failed: (error) => {
      throw error;
    },
  });
  await rise('yellow');
  await rise('red');
  carrier.answer(() => ({ status: 503 }));
  await deliver(linking);
  carrier.answer(null);
  bench.clock.advance(5 * SECOND);
  await deliver(linking);
  const [message] = await db
    .selectFrom('attempt')
    .select('id')
    .where('medium', '=', 'sms')
    .where('site_id', '=', bench.siteId)
    .execute();
  const texts = carrier.asked.flatMap(({ path, body }) => (path === '/v1/messages' ? [body.text] : []));
  expect(texts).toHaveLength(2);
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).toMatch(new RegExp(`或打开链接应答：${linkTo(message?.id ?? '')}$`, 'u'));
  for (const { body } of carrier.asked) expect(body.say ?? '').not.toContain('https');
  expect(JSON.stringify(await db.selectFrom('attempt').select('say').execute())).not.toContain('https');
});

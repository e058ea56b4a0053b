import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCarrier } from '../../../alerting/channels/http-carrier.ts';
import { broadcastBox } from '../../../alerting/io/broadcast-box.ts';
import type { BroadcastBox } from '../../../alerting/io/broadcast-box.ts';
import { SECOND } from '../../../src/core/time.ts';
import { deskBench } from '../desk-bench.ts';
import { door, fakeCarrier } from '../fake-carrier.ts';
import type { FakeCarrier } from '../fake-carrier.ts';
import { eventually } from '../../support/eventually.ts';
import { testDatabase } from '../../support/test-database.ts';
import { broadcastBench, group, person, phone } from './broadcast-bench.ts';
import type { BroadcastBench } from './broadcast-bench.ts';

const { db } = await testDatabase();
const WIDE = { callsPerSecond: 1_000, messagesPerSecond: 1_000, lines: 1_000 };
let carrier: FakeCarrier;
let bench: BroadcastBench;
const boxes: BroadcastBox[] = [];

function makeBox(pace = WIDE): BroadcastBox {
  const box = broadcastBox({
    db,
    clock: bench.clock,
    carrier: httpCarrier({ url: carrier.url, key: 'secret-key', publicUrl: 'https://pond.example', timeoutMs: 2_000 }),
    pace,
    failed: (error) => {
      throw error;
    },
  });
  boxes.push(box);
  return box;
}

async function deliver(box: BroadcastBox): Promise<void> {
  await box.pass();
  await box.settled();
}
const calls = () => carrier.asked.filter(({ path }) => path === '/v1/calls');
const called = (): readonly string[] => calls().map(({ body }) => body.to ?? '');

beforeEach(async () => {
  await db.updateTable('broadcast_attempt').set({ status: 'ended', begun_at: null }).execute();
  await db
    .updateTable('broadcast')
    .set({ ended_at: new Date(), ended_by: 'test' })
    .where('ended_at', 'is', null)
    .execute();
  carrier = await fakeCarrier();
  bench = await broadcastBench(db, {
    village: group(person('li', phone(1)), person('wang', phone(2), phone(3)), person('sun', phone(4))),
  });
});
afterEach(async () => {
  await Promise.all(boxes.splice(0).map((box) => box.settled()));
  await carrier[Symbol.asyncDispose]();
});

describe('the box of broadcasts', () => {
  it('asks the carrier for each call and message once, under its id, in the order of the list', async () => {
    const id = await bench.press();
    const box = makeBox();
    await deliver(box);
    await deliver(box);
    expect(called().toSorted()).toEqual([phone(1), phone(2), phone(4)]);
    expect(carrier.asked).toHaveLength(3 + 4);
    const { id: attemptId } = await bench.attempt(id, 1, 'voice', 1);
    expect(calls().find(({ body }) => body.to === phone(1))).toMatchObject({
      key: attemptId,
      body: { gather: { digits: 1 }, callback: `https://pond.example/carrier/attempts/${attemptId}` },
    });
    expect((await bench.attempts(id)).every((line) => line.includes('handed-over'))).toBe(true);
  });

  it('E36 killed between claim and request, another takes it when the lease is over, under the same id: nobody missed, nobody twice', async () => {
    const { open, opened } = door();
    carrier.answer(async () => {
      await opened;
      return { status: 503 };
    });
    const id = await bench.press();
    const dead = makeBox();
    await dead.pass();
    await eventually(() => carrier.asked.length === 7);
    const alive = makeBox();
    bench.clock.advance(19 * SECOND);
    await deliver(alive);
    expect(carrier.asked).toHaveLength(7);
    carrier.answer(null);
    bench.clock.advance(SECOND);
    await deliver(alive);
    expect(carrier.rang.toSorted()).toEqual([phone(1), phone(1), phone(2), phone(2), phone(3), phone(4), phone(4)]);
    // The dead one's answers come last: what is over stays as it is.
    open();
    await dead.settled();
    await deliver(alive);
    expect(new Set(carrier.asked.map(({ key }) => key)).size).toBe(7);
    expect((await bench.attempts(id)).every((line) => line.includes('handed-over'))).toBe(true);
  });

  it('two workers on one database: one request each', async () => {
    await bench.press();
    const [one, other] = [makeBox(), makeBox()];
    await Promise.all([deliver(one), deliver(other)]);
    await Promise.all([deliver(one), deliver(other)]);
    expect(carrier.asked).toHaveLength(7);
  });

  it('begins no more calls in a second than the pace allows, nor more at once than there are lines', async () => {
    const id = await bench.press();
    const box = makeBox({ callsPerSecond: 2, messagesPerSecond: 3, lines: 2 });
    await deliver(box);
    await deliver(box);
    expect([calls().length, carrier.asked.length]).toEqual([2, 5]);
    bench.clock.advance(SECOND);
    await deliver(box);
    // Both lines are taken.
    expect([calls().length, carrier.asked.length]).toEqual([2, 6]);
    const { id: attemptId } = await bench.attempt(id, 1, 'voice', 1);
    await bench.desk.report(attemptId, { reportId: 'a', event: 'digit', digit: '1' });
    await deliver(box);
    expect(called().toSorted()).toEqual([phone(1), phone(2), phone(4)]);
  });

  it('households that share a telephone are called one after the other', async () => {
    bench = await broadcastBench(db, { own: group(person('gao', phone(51)), person('he', phone(51))) });
    const id = await bench.press();
    const box = makeBox();
    await deliver(box);
    expect(calls()).toHaveLength(1);
    const { id: attemptId } = await bench.attempt(id, 1, 'voice', 1);
    await bench.desk.report(attemptId, { reportId: 'a', event: 'digit', digit: '1' });
    await deliver(box);
    expect(calls()).toHaveLength(2);
  });

  it('a carrier that refuses a number is a try: the next number is called', async () => {
    carrier.answer(({ body }) => ({
      status: body.to === phone(2) ? 400 : 201,
      body: { id: `ref-${String(body.to)}` },
    }));
    const id = await bench.press();
    const box = makeBox();
    await deliver(box);
    await deliver(box);
    expect(await bench.attempts(id)).toContain('2 voice 1 ended failed');
    expect(calls().map(({ body }) => body.to)).toContain(phone(3));
  });

  it('a carrier that is away is asked again and again, under the same id', async () => {
    carrier.answer(() => ({ status: 503 }));
    await bench.press();
    const box = makeBox();
    await deliver(box);
    expect(carrier.rang).toEqual([]);
    carrier.answer(null);
    bench.clock.advance(5 * SECOND);
    await deliver(box);
    expect(carrier.rang).toHaveLength(7);
    expect(new Set(carrier.asked.map(({ key }) => key)).size).toBe(7);
  });

  it('a word that comes while the carrier is being asked: the call is hung up', async () => {
    const { open, opened } = door();
    carrier.answer(async ({ path }) => {
      if (path === '/v1/calls') await opened;
      return { status: 201, body: { id: 'a-call' } };
    });
    bench = await broadcastBench(db, { own: group(person('gao', phone(41))) });
    const id = await bench.press();
    const box = makeBox();
    await box.pass();
    await eventually(() => carrier.asked.length === 2);
    await bench.desk.reply(phone(41), '1', 'm1');
    open();
    await box.settled();
    expect(carrier.hungUp).toEqual(['a-call']);
    expect((await bench.attempts(id))[0]).toBe('1 voice 1 ended cancelled');
  });

  it('E3 after the end no call is made, and those under way are hung up', async () => {
    const id = await bench.press();
    const box = makeBox({ ...WIDE, callsPerSecond: 1, messagesPerSecond: 1 });
    await deliver(box);
    await bench.desk.end(id, { note: 'over', unaccounted: true }, 'chief');
    bench.clock.advance(60 * SECOND);
    await deliver(box);
    expect(carrier.asked).toHaveLength(2);
    expect(carrier.hungUp).toHaveLength(1);
    expect((await bench.attempts(id)).every((line) => line.includes('ended'))).toBe(true);
  });
});

describe('beside a callout', () => {
  it('a call of a callout that waits goes first, and a telephone that it calls is left to it', async () => {
    const mine = await deskBench(db, { clock: bench.clock });
    await mine.logLevel('red');
    await mine.desk.followLevelChanges();
    const { phone: busy } = await db
      .selectFrom('attempt')
      .select('phone')
      .where('site_id', '=', mine.siteId)
      .where('medium', '=', 'voice')
      .executeTakeFirstOrThrow();
    bench = {
      ...(await broadcastBench(db, { own: group(person('gao', busy), person('he', phone(42))) })),
      clock: bench.clock,
    };
    await bench.press();
    const box = makeBox();
    await deliver(box);
    expect(calls()).toEqual([]);
    await db.updateTable('attempt').set({ status: 'handed-over' }).where('site_id', '=', mine.siteId).execute();
    await deliver(box);
    expect(calls().map(({ body }) => body.to)).toEqual([phone(42)]);
    await db.updateTable('attempt').set({ status: 'ended' }).where('site_id', '=', mine.siteId).execute();
    await deliver(box);
    expect(calls().map(({ body }) => body.to)).toEqual([phone(42), busy]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import type { Carrier } from '../../alerting/channels/carrier.ts';
import type { NamedCarrier } from '../../alerting/channels/named-carrier.ts';
import { checkCarriers } from '../../alerting/io/carrier-check.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';
import { pollReceipts } from '../../alerting/io/receipts.ts';
import { DAY, MINUTE, SECOND } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';
import { door, fakeCarrier } from './fake-carrier.ts';
import type { FakeCarrier } from './fake-carrier.ts';
import { named } from './named-carriers.ts';

const { db } = await testDatabase();
let bench: DeskBench;
let primary: FakeCarrier;
let standby: FakeCarrier;
let box: Outbox;
const failures: unknown[] = [];

const PRINCIPAL = '+8610000000005';
const [ROOM, OFFICER] = [1, 2].map((n) => `+861000000000${String(n)}`);

const at = (name: string, { url }: FakeCarrier, more: Partial<NamedCarrier> = {}) =>
  named(name, httpCarrier({ url, key: 'k', publicUrl: 'https://pond.example', name, timeoutMs: 2_000 }), more);
const both = (first: Partial<NamedCarrier> = {}, second: Partial<NamedCarrier> = {}) => [
  at('a', primary, first),
  at('b', standby, second),
];
const boxOf = (carriers: readonly NamedCarrier[]): Outbox =>
  outbox({
    db,
    clock: bench.clock,
    carriers,
    policyOf: bench.policyOf,
    draw: Math.random,
    linkTo: null,
    failed: (error) => failures.push(error),
  });

beforeEach(async () => {
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  await db.deleteFrom('carrier_request').execute();
  await db.updateTable('callout').set({ due_at: null }).execute();
  failures.length = 0;
  bench = await deskBench(db);
  primary = await fakeCarrier();
  standby = await fakeCarrier();
  box = boxOf(both());
});
afterEach(async () => {
  await box.settled();
  await primary[Symbol.asyncDispose]();
  await standby[Symbol.asyncDispose]();
});

async function rise(to: 'yellow' | 'orange' | 'red'): Promise<void> {
  await bench.logLevel(to);
  await bench.desk.followLevelChanges();
}
async function deliver(by: Outbox = box): Promise<void> {
  await by.pass();
  await by.settled();
}
const notes = async (type: string) =>
  (
    await db
      .selectFrom('callout_event')
      .select('facts')
      .where('site_id', '=', bench.siteId)
      .where('type', '=', type)
      .orderBy('position')
      .execute()
  ).map(({ facts }) => facts as Readonly<Record<string, unknown>>);
const row = async (number: number) => {
  const { id } = await bench.attempt(number);
  return db.selectFrom('attempt').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
};

describe('a standby', () => {
  it('E20 carries the same attempt, at once, when the primary answers 5xx', async () => {
    primary.answer(() => ({ status: 503 }));
    await rise('yellow');
    await deliver();
    expect([primary.rang, standby.rang]).toEqual([[], [ROOM]]);
    const { id } = await bench.attempt(1);
    expect(standby.asked[0]?.key).toBe(id);
    expect(await row(1)).toMatchObject({ status: 'handed-over', carrier: 'b', carrier_ref: `ref-${id}` });
    expect(await notes('carrier-failed')).toMatchObject([{ attempt: 1, carrier: 'a', why: 'unreachable' }]);
  });

  it('carries it when the primary refuses; when all refuse the phone is missed and the ladder climbs', async () => {
    primary.answer(() => ({ status: 403 }));
    await rise('orange');
    await deliver();
    expect(standby.rang.toSorted()).toEqual([ROOM, OFFICER]);
    standby.answer(() => ({ status: 403 }));
    await rise('red');
    await deliver();
    expect((await bench.attempts()).filter((line) => line.endsWith('ended failed')).length).toBeGreaterThan(0);
  });

  it('E20 is asked when the primary has accepted a call and gives no sign of life: then that one is let go', async () => {
    await rise('orange');
    await deliver();
    const { id } = await bench.attempt(1);
    bench.clock.advance(19 * SECOND);
    await deliver();
    expect(standby.rang).toEqual([]);
    bench.clock.advance(SECOND);
    await deliver();
    expect(standby.rang).toContain(OFFICER);
    expect(primary.hungUp).toEqual([`ref-${id}`]);
    expect(await row(1)).toMatchObject({ status: 'handed-over', carrier: 'b' });
    expect(await notes('carrier-failed')).toContainEqual(
      expect.objectContaining({ attempt: 1, carrier: 'a', why: 'silent' }),
    );
  });

  it('is not asked while the phone rings, or when the message is delivered', async () => {
    await rise('orange');
    await deliver();
    await bench.desk.report((await bench.attempt(1)).id, { reportId: '1', event: 'ringing' }, 'a');
    await bench.desk.report((await bench.attempt(2)).id, { reportId: '1', event: 'delivered' }, 'a');
    bench.clock.advance(MINUTE - SECOND);
    await deliver();
    expect(standby.rang).toEqual([]);
  });

  it('leaves a silent call where it is when it cannot take it over, and asks once', async () => {
    await rise('orange');
    await deliver();
    standby.answer(() => ({ status: 403 }));
    bench.clock.advance(20 * SECOND);
    await deliver();
    await deliver();
    expect(await row(1)).toMatchObject({ status: 'handed-over', carrier: 'a' });
    expect(standby.asked.filter(({ body }) => body.to === OFFICER)).toHaveLength(1);
    expect(primary.hungUp).toEqual([]);
  });

  it('what the primary reports of a call that was taken from it ends nothing; a key pressed on it still counts', async () => {
    await rise('orange');
    await deliver();
    bench.clock.advance(20 * SECOND);
    await deliver();
    const { id, code } = await bench.attempt(1);
    await bench.desk.report(id, { reportId: '1', event: 'no-answer' }, 'a');
    expect(await row(1)).toMatchObject({ status: 'handed-over', outcome: null });
    await bench.desk.report(id, { reportId: '2', event: 'digit', digit: code }, 'a');
    expect(await row(1)).toMatchObject({ status: 'ended', outcome: 'confirmed' });
  });

  it('the call of the standby is hung up when somebody else has answered', async () => {
    primary.answer(() => ({ status: 503 }));
    await rise('orange');
    await deliver();
    await bench.desk.answerOnScreen((await bench.callout()).id, 'engineer');
    await deliver();
    expect([primary.hungUp, standby.hungUp]).toEqual([[], [`ref-${(await bench.attempt(1)).id}`]]);
  });

  it('E8 a carrier that throws what it should not for one person holds up no other, and is passed by', async () => {
    const broken: Carrier = {
      ...both()[0]!.carrier,
      call: ({ to, ...rest }) =>
        to === PRINCIPAL
          ? Promise.reject(new TypeError('a fault of ours'))
          : at('a', primary).carrier.call({ to, ...rest }),
    };
    await rise('red');
    await deliver(boxOf([named('a', broken), at('b', standby)]));
    expect(standby.rang).toEqual([PRINCIPAL]);
    expect(primary.rang).toHaveLength((await bench.attempts()).length - 1);
    expect(failures).toHaveLength(1);
  });

  it('E33 a carrier that stays away is one fault however many calls it touches', async () => {
    const gone = [named('a', httpCarrier({ url: 'http://127.0.0.1:1', key: 'k', publicUrl: 'https://pond.example' }))];
    const news = [];
    for (let look = 0; look < 5; look++) {
      news.push(...(await checkCarriers(db, bench.clock, gone)));
      bench.clock.advance(30 * SECOND);
    }
    expect(news.map(({ type }) => type)).toEqual(['failing', 'self-test']);
    const status = db.selectFrom('carrier_status').select(['faults', 'failing_since']).where('carrier', '=', 'a');
    expect(await status.executeTakeFirstOrThrow()).toMatchObject({ faults: 5 });
    bench.clock.advance(DAY);
    expect(
      (await checkCarriers(db, bench.clock, [at('a', primary)])).map(({ type, faults }) => [type, faults]),
    ).toEqual([
      ['well-again', 5],
      ['self-test', 0],
    ]);
  });
});

describe('where a carrier keeps no key', () => {
  it('a crash between request and answer is on record as an unknown outcome, and the call is made again', async () => {
    const { open, opened } = door();
    primary.answer(async () => {
      await opened;
      return { status: 201, body: { id: 'call-1' } };
    });
    await rise('yellow');
    const dead = boxOf([at('a', primary, { keepsKeys: false })]);
    await dead.pass();
    await eventually(() => primary.asked.length === 1);
    bench.clock.advance(20 * SECOND);
    primary.answer(null);
    await deliver(boxOf([at('a', primary, { keepsKeys: false })]));
    expect(primary.asked).toHaveLength(2);
    expect(await notes('outcome-unknown')).toMatchObject([{ attempt: 1, carrier: 'a' }]);
    open();
    await dead.settled();
  });

  it('one that keeps keys rings nobody twice: nothing is unknown', async () => {
    const { open, opened } = door();
    primary.answer(async () => {
      await opened;
      return { status: 201, body: { id: 'call-1' } };
    });
    await rise('yellow');
    const dead = boxOf([at('a', primary)]);
    await dead.pass();
    await eventually(() => primary.asked.length === 1);
    bench.clock.advance(20 * SECOND);
    primary.answer(null);
    await deliver(boxOf([at('a', primary)]));
    expect(primary.rang).toHaveLength(1);
    expect(await notes('outcome-unknown')).toEqual([]);
    open();
    await dead.settled();
  });
});

describe('a budget', () => {
  const limits = { perNumber: [{ most: 1, withinMs: MINUTE }], keptForRed: 0 };
  const redial = async () => {
    await db
      .updateTable('attempt')
      .set({ status: 'queued', due_at: new Date(bench.clock.now()) })
      .where('number', '=', 1)
      .where('site_id', '=', bench.siteId)
      .execute();
  };

  it('E18 over its limit: the next carrier has the message, and what has room again has the next', async () => {
    box = boxOf(both({ limits }));
    await rise('yellow');
    await deliver();
    await redial();
    await deliver();
    expect([primary.rang, standby.rang]).toEqual([[ROOM], [ROOM]]);
  });

  it('E18 over the limit of all: on record, and the ladder climbs at once', async () => {
    box = boxOf([at('a', primary, { limits })]);
    await rise('orange');
    await deliver();
    await redial();
    await deliver();
    expect((await notes('carrier-failed'))[0]).toMatchObject({ attempt: 1, carrier: null, why: 'over-limit' });
    expect((await bench.attempts()).slice(2)).toContainEqual(expect.stringMatching(/engineer orange voice/u));
  });

  it('E16 red is held by no limit', async () => {
    box = boxOf([at('a', primary, { limits: { perNumber: [{ most: 1, withinMs: DAY }], keptForRed: 0 } })]);
    await rise('red');
    await deliver();
    const first = primary.asked.length;
    await db.updateTable('attempt').set({ status: 'queued' }).where('level', '=', 'red').execute();
    await deliver();
    expect(primary.asked.length).toBeGreaterThan(first);
    expect((await notes('carrier-failed')).filter(({ level }) => level === 'red')).toEqual([]);
  });
});

it('E19 a carrier that cannot reach us is asked, and what it tells counts as if it had reported it', async () => {
  await rise('orange');
  await deliver();
  const call = await bench.attempt(1);
  const asked: unknown[] = [];
  const polled: Carrier = {
    ...at('a', primary).carrier,
    receipts: async (open) => {
      asked.push(...open);
      return [
        { attemptId: call.id, report: { reportId: 'x', event: 'ringing' } },
        { from: ROOM ?? '', text: (await bench.attempt(2)).code, reportId: 'y' },
      ];
    },
  };
  const ports = { db, desk: bench.desk, carriers: [named('a', polled)], polled: new Set(['a']) };
  await pollReceipts(ports);
  await pollReceipts(ports);
  expect(asked).toContainEqual(
    expect.objectContaining({ attemptId: call.id, reference: `ref-${call.id}`, medium: 'voice' }),
  );
  expect(await row(1)).toMatchObject({ status: 'ringing' });
  expect(await row(2)).toMatchObject({ status: 'ended', outcome: 'replied' });
});

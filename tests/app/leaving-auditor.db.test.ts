import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { broadcastBox } from '../../alerting/io/broadcast-box.ts';
import { broadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { calloutAuditor } from '../../src/app/callout-auditor.ts';
import { standIn } from '../../src/app/stand-in.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { beat } from '../../src/platform/heartbeat.ts';
import { group, person, phone } from '../alerting/broadcast/broadcast-bench.ts';
import { deskBench } from '../alerting/desk-bench.ts';
import type { DeskBench } from '../alerting/desk-bench.ts';
import { fakeCarrier } from '../alerting/fake-carrier.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
const plan = { rounds: 2, repeatMs: MINUTE, doorAfterMs: 5 * MINUTE, arrivedAfterMs: MINUTE, silentCallMs: MINUTE };
let bench: DeskBench;
let desk: ReturnType<typeof broadcastDesk>;

beforeEach(async () => {
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  await db.updateTable('callout').set({ ended_at: new Date(), due_at: null }).execute();
  await db.updateTable('broadcast').set({ ended_at: new Date() }).execute();
  await db.updateTable('broadcast_attempt').set({ status: 'ended' }).execute();
  bench = await deskBench(db);
  desk = broadcastDesk({ db, clock: bench.clock, plan });
  await db
    .insertInto('evacuation_group')
    .values({
      site_id: bench.siteId,
      group_id: 'village',
      version: 1,
      content: JSON.stringify(group(person('li', phone(1)), person('wang', phone(2)))),
      written_at: new Date(bench.clock.now()),
      written_by: 'chief',
    })
    .execute();
});

const press = (drill = false) => desk.press(bench.siteId, { groups: ['village'], drill }, 'operator');
/** At once: what has to be seen for a while is told at the first look. */
const eyes = () => {
  const { clock, policyOf } = bench;
  const log = pino({ level: 'silent' });
  return calloutAuditor({ db, clock, policyOf, draw: Math.random, log, confirmedAfterMs: 0 });
};
const look = async () => {
  await beat(db, 'alert', bench.clock.now());
  const one = eyes();
  await one.round();
  return one.sight().neglects;
};
/** Calls and messages are in the hands of a carrier. */
const handedOver = () => db.updateTable('broadcast_attempt').set({ status: 'handed-over' }).execute();

describe('E2 the auditor of evacuations', () => {
  it('finds nothing while people are called, held back by the pace or by lines that are taken', async () => {
    await press();
    expect(await look()).toBe(0);
    await db
      .updateTable('broadcast_attempt')
      .set({ status: 'ringing', begun_at: new Date(bench.clock.now()) })
      .where('recipient', '=', 1)
      .execute();
    bench.clock.advance(40 * SECOND);
    expect(await look()).toBe(0);
  });

  it('calls that nobody takes are a red fault of the site, told once', async () => {
    const id = await press();
    bench.clock.advance(40 * SECOND);
    expect(await look()).toBe(1);
    const { state } = await bench.callout();
    expect(state.news.map(({ about }) => about)).toContain(`neglect:evacuation:${id}`);
    const called = await bench.attempts();
    expect(called[0]).toMatch(/red voice queued$/u);
    await look();
    expect(await bench.attempts()).toEqual(called);
  });

  it('a person of whom nothing is due and nothing runs is not forgotten, though all others are safe', async () => {
    const id = await press();
    await handedOver();
    await desk.mark(id, 2, { standing: 'safe' }, 'operator');
    expect(await look()).toBe(0);
    await db.updateTable('broadcast_attempt').set({ status: 'ended' }).execute();
    await db.updateTable('broadcast_recipient').set({ due_at: null }).where('broadcast_id', '=', id).execute();
    expect(await look()).toBe(1);
    await desk.mark(id, 1, { standing: 'safe' }, 'operator');
    expect(await look()).toBe(0);
  });

  it('a drill that sleeps wakes nobody', async () => {
    await press(true);
    bench.clock.advance(40 * SECOND);
    expect(await look()).toBe(0);
  });

  it('where the process that calls is gone, the gateway calls people to leave in its place, each once', async () => {
    await press();
    await using carrier = await fakeCarrier();
    const http = httpCarrier({ url: carrier.url, key: 'key', publicUrl: 'http://127.0.0.1:1' });
    const pace = { callsPerSecond: 100, messagesPerSecond: 100, lines: 100 };
    const failed = (error: unknown): never => {
      throw error;
    };
    const box = broadcastBox({ db, clock: bench.clock, carrier: http, pace, failed });
    const ports = {
      desk: bench.desk,
      outbox: { pass: () => Promise.resolve(0), settled: () => Promise.resolve() },
      leaving: { ...desk, pass: () => box.pass() },
      isNeeded: () => true,
      isArmed: () => Promise.resolve(true),
    };
    await standIn({ ...ports, isArmed: () => Promise.resolve(false) });
    await box.settled();
    expect(carrier.asked).toEqual([]);
    await standIn(ports);
    await standIn(ports);
    await box.settled();
    expect(carrier.asked.map(({ path, body }) => `${path} ${String(body.to)}`).toSorted()).toEqual([
      `/v1/calls ${phone(1)}`,
      `/v1/calls ${phone(2)}`,
      `/v1/messages ${phone(1)}`,
      `/v1/messages ${phone(2)}`,
    ]);
  });
});

import { sql } from 'kysely';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { leftAttempts, openCallouts } from '../../alerting/io/owed.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { calloutAuditor } from '../../src/app/callout-auditor.ts';
import { standIn } from '../../src/app/stand-in.ts';
import { SECOND } from '../../src/core/time.ts';
import { beat } from '../../src/platform/heartbeat.ts';
import { openedBench } from '../alerting/desk-bench.ts';
import type { DeskBench } from '../alerting/desk-bench.ts';
import { fakeCarrier } from '../alerting/fake-carrier.ts';
import { testDatabase } from '../support/test-database.ts';
import { named } from '../alerting/named-carriers.ts';

const { db, pool } = await testDatabase();
const silent = pino({ level: 'silent' });
const PAST = 100_000;
let bench: DeskBench;

beforeEach(async () => {
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  await db.updateTable('callout').set({ ended_at: new Date(), due_at: null }).execute();
  bench = await openedBench(db, 'orange');
});

/** At once: what has to be seen for a while is told at the first look. */
const auditor = (confirmedAfterMs = 0) =>
  calloutAuditor({
    db,
    clock: bench.clock,
    policyOf: bench.policyOf,
    draw: Math.random,
    log: silent,
    confirmedAfterMs,
  });
const beats = () => beat(db, 'alert', bench.clock.now());
const forget = (fields: { due_at: Date | null }) =>
  db.updateTable('callout').set(fields).where('site_id', '=', bench.siteId).execute();
/** The first rung has its attempt, and a worker that has it in hand. */
const inHand = () =>
  db.updateTable('attempt').set({ status: 'handed-over' }).where('site_id', '=', bench.siteId).execute();

describe('E2 the auditor of callouts', () => {
  it('finds nothing where all is done in time', async () => {
    await beats();
    const eyes = auditor();
    await eyes.round();
    expect(eyes.sight()).toEqual({ lookedAt: bench.clock.now(), neglects: 0, standingIn: false });
  });

  it('a chain that has silently stopped is called for as red, once, and goes on', async () => {
    await beats();
    await inHand();
    await forget({ due_at: null });
    const eyes = auditor();
    await eyes.round();
    expect(eyes.sight()).toMatchObject({ neglects: 1 });
    const { state, due_at } = await bench.callout();
    expect(state.news.map(({ about }) => about)).toContain(`neglect:asleep:${(await bench.callout()).id}`);
    expect((await bench.attempts()).at(-1)).toMatch(/principal red voice queued/);
    expect(due_at).not.toBeNull();
    const before = (await bench.attempts()).length;
    await eyes.round();
    expect((await bench.attempts()).length).toBe(before);
  });

  it('one that stays asleep although it was told makes way for a fresh red one', async () => {
    await beats();
    await inHand();
    const { id } = await bench.callout();
    const eyes = auditor();
    await forget({ due_at: null });
    await eyes.round();
    await inHand();
    await forget({ due_at: null });
    bench.clock.advance(SECOND);
    await eyes.round();
    const fresh = await bench.callout();
    expect(fresh.id).not.toBe(id);
    expect(fresh.state.runs.map(({ level }) => level)).toContain('red');
  });

  it('a neglect of a moment is none: it has to be seen for a while', async () => {
    await beats();
    await inHand();
    await forget({ due_at: null });
    const eyes = auditor(60_000);
    await eyes.round();
    await eyes.round();
    expect(eyes.sight()).toMatchObject({ neglects: 1, standingIn: false });
    expect((await bench.callout()).state.news).toHaveLength(1);
  });

  it('a process that calls and beats no more: the gateway calls in its place, one attempt each', async () => {
    await beats();
    await using carrier = await fakeCarrier();
    bench.clock.advance(61 * SECOND);
    const eyes = auditor();
    await eyes.round();
    expect(eyes.sight().standingIn).toBe(true);
    const box = outbox({
      db,
      clock: bench.clock,
      carriers: [named('http', httpCarrier({ url: carrier.url, key: 'key', publicUrl: 'http://127.0.0.1:1' }))],
      policyOf: bench.policyOf,
      draw: Math.random,
      linkTo: null,
      failed: (error) => {
        throw error;
      },
    });
    const ports = {
      desk: bench.desk,
      outbox: box,
      isNeeded: () => eyes.sight().standingIn,
      isArmed: () => Promise.resolve(true),
    };
    await standIn(ports);
    await box.settled();
    expect(carrier.rang.length).toBeGreaterThan(0);
    expect(new Set(carrier.asked.map(({ key }) => key)).size).toBe(carrier.asked.length);
    await beats();
    await db
      .updateTable('callout')
      .set({ due_at: new Date(bench.clock.now()) })
      .execute();
    await eyes.round();
    expect(eyes.sight().standingIn).toBe(false);
  });

  it('a copy that nobody has armed owes nobody anything', async () => {
    await beats();
    await forget({ due_at: null });
    await inHand();
    await sql`update installation set unarmed = 'restored', unarmed_at = now()`.execute(db);
    const eyes = auditor();
    await eyes.round();
    expect(eyes.sight()).toMatchObject({ neglects: 0 });
    await sql`update installation set unarmed = null, unarmed_at = null`.execute(db);
  });

  it('looks at what is owed through partial indexes: 100,000 callouts that are over cost no row', async () => {
    // Rows alone are wanted: that they refer to each other is not asked.
    await pool.query(`
      begin; set local session_replication_role = replica;
      insert into callout (id, site_id, config_version, policy, state, opened_at, due_at, ended_at)
        select gen_random_uuid(), '${bench.siteId}', 1, '{}', '{"phase":"released"}', now(), null, now() from generate_series(1, ${String(PAST)});
      insert into attempt (id, callout_id, number, site_id, contact_id, medium, phone, level, code, say, status, due_at, created_at, ended_at)
        select gen_random_uuid(), gen_random_uuid(), 1, '${bench.siteId}', 'c', 'voice', '+8610000000001', 'red', '1', '{}', 'ended', now(), now(), now() from generate_series(1, ${String(PAST)});
      commit; analyze callout; analyze attempt;`);
    const now = bench.clock.now();
    for (const query of [
      openCallouts(db, now),
      leftAttempts(db, 'to call', now),
      leftAttempts(db, 'to hang up', now),
    ]) {
      const plan = JSON.stringify(await query.explain('json', sql`analyze`));
      expect(plan).not.toContain('Seq Scan');
      const touched = [...plan.matchAll(/"(?:Actual Rows|Rows Removed by Filter)":\s*([\d.]+)/g)].map(([, rows]) =>
        Number(rows),
      );
      expect(Math.max(...touched)).toBeLessThan(100);
    }
  });
});

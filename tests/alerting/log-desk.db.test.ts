import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { standingLevels } from '../../alerting/io/log-rows.ts';
import { MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { answeredBench, deskBench, openedBench } from './desk-bench.ts';
import { POLICY } from './story.ts';

const { db } = await testDatabase();
const position = async (reader = 'alerting/level_change') =>
  (await db.selectFrom('log_position').select('position').where('reader', '=', reader).executeTakeFirst())?.position;

describe('the log of level changes', () => {
  it('is taken in with the callout, its attempts, its events and the position in one transaction', async () => {
    const { desk, logLevel, attempts, events, callout, clock } = await deskBench(db);
    const logged = await logLevel('red');
    expect(await desk.followLevelChanges()).toBe(1);
    expect(await desk.followLevelChanges()).toBe(0);
    expect(await attempts()).toEqual([
      '1 principal red voice queued',
      '2 officer orange voice queued',
      '3 room yellow sms queued',
    ]);
    expect(await events()).toEqual(['opened', 'attempt-queued', 'attempt-queued', 'attempt-queued']);
    expect((await callout()).due_at?.getTime()).toBe(clock.now() + MINUTE);
    expect(await position()).toBe(logged);
  });

  it('R4 two changes at once open one callout, whoever follows, and an alarm each', async () => {
    const { logLevel, desk, anotherDesk, siteId } = await deskBench(db);
    await Promise.all([logLevel('orange', 'level'), logLevel('orange', 'pipe')]);
    await Promise.all([
      desk.followLevelChanges(),
      anotherDesk().followLevelChanges(),
      anotherDesk().followLevelChanges(),
    ]);
    expect(await db.selectFrom('callout').select('id').where('site_id', '=', siteId).execute()).toHaveLength(1);
    const alarms = await db.selectFrom('alarm').select('target').where('site_id', '=', siteId).execute();
    expect(alarms.map(({ target }) => target).toSorted()).toEqual([`${siteId}/level`, `${siteId}/pipe`]);
  });

  it('R17 one clears and another rises in the same minute: the second is called for', async () => {
    const { logLevel, desk, attempts } = await answeredBench(db);
    await logLevel('normal', 'level');
    await logLevel('red', 'pipe');
    await desk.followLevelChanges();
    expect((await attempts()).at(-1)).toMatch(/^\d+ principal red voice queued$/u);
  });

  it('an unverified level has an alarm and no callout; the change that confirms it opens one', async () => {
    const { logLevel, desk, attempts, events, siteId } = await deskBench(db);
    const alarms = () => db.selectFrom('alarm').select('state').where('site_id', '=', siteId).execute();
    await logLevel('red', 'level', { verified: false });
    await desk.followLevelChanges();
    expect(await alarms()).toMatchObject([{ state: { state: 'unacknowledged', level: 'red' } }]);
    expect(await events()).toEqual([]);
    await logLevel('red', 'level', { from: 'red' });
    await desk.followLevelChanges();
    expect((await attempts())[0]).toBe('1 principal red voice queued');
    expect(await alarms()).toHaveLength(1);
  });

  it('an alarm acknowledged while its level was doubted is to be acknowledged again once it is confirmed', async () => {
    const { logLevel, desk, alarms, siteId } = await deskBench(db);
    const target = `${siteId}/level`;
    const state = async () => {
      const rows = await db.selectFrom('alarm').select('state').where('target', '=', target).execute();
      return rows.map(({ state }) => (state as { state: string }).state);
    };
    await logLevel('red', 'level', { verified: false });
    await desk.followLevelChanges();
    await alarms.acknowledge(siteId, target, 'li');
    expect(await state()).toEqual(['acknowledged']);
    await logLevel('red', 'level', { from: 'red' });
    await desk.followLevelChanges();
    expect(await state()).toEqual(['unacknowledged']);
    await alarms.acknowledge(siteId, target, 'li');
    await desk.followLevelChanges();
    expect(await state()).toEqual(['acknowledged']);
  });

  it('an unguarded level has an alarm, tells the engineer and calls nobody, until it is guarded', async () => {
    const { logLevel, desk, attempts, events, siteId } = await deskBench(db);
    await logLevel('orange', 'level', { guarded: false });
    await logLevel('red', 'level', { from: 'orange', guarded: false });
    await logLevel('orange', 'level', { from: 'red', guarded: false });
    await desk.followLevelChanges();
    expect(await events()).toEqual(['engineer-told', 'engineer-told']);
    const told = await db.selectFrom('callout_event').selectAll().where('site_id', '=', siteId).execute();
    expect(told[0]).toMatchObject({ callout_id: null, facts: { target: `${siteId}/level`, level: 'orange' } });
    await logLevel('orange', 'level', { from: 'orange' });
    await desk.followLevelChanges();
    expect((await attempts())[0]).toBe('1 officer orange voice queued');
  });

  it('what a callout begun for a fault knows to stand is what is verified and guarded, and nothing else', async () => {
    const { logLevel, siteId } = await deskBench(db);
    await logLevel('orange', 'level');
    await logLevel('red', 'level', { from: 'orange', verified: false });
    await logLevel('red', 'pipe', { verified: false });
    const newest = await logLevel('red', 'rain', { guarded: false });
    const targets = ['level', 'pipe', 'rain'].map((name) => `${siteId}/${name}`);
    const covered = await db.transaction().execute((tx) => standingLevels(tx, targets, newest));
    expect(covered).toMatchObject({ [`${siteId}/level`]: { level: 'orange', called: 'orange' } });
    expect(Object.keys(covered)).toHaveLength(1);
  });

  it('E35 a crash between commit and the next look takes nothing twice: the position is in the same transaction', async () => {
    const { logLevel, anotherDesk, attempts } = await openedBench(db, 'orange');
    await logLevel('red');
    // A process that dies with its transaction open leaves neither effects nor position.
    const before = await position();
    const dying = anotherDesk();
    await sql`create function pg_temp_die() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`.execute(
      db,
    );
    await sql`create trigger die before update on log_position for each row execute function pg_temp_die()`.execute(db);
    await expect(dying.followLevelChanges()).rejects.toThrow(/terminat/);
    await sql`drop trigger die on log_position`.execute(db);
    expect(await position()).toBe(before);
    expect(await attempts()).toHaveLength(2);
    await anotherDesk().followLevelChanges();
    expect(await attempts()).toHaveLength(3);
    expect(await db.selectFrom('log_failure').selectAll().execute()).toEqual([]);
  });

  it('a row that fails three times is parked and called as red; others go on', async () => {
    const broken = await deskBench(db);
    const whole = await deskBench(db);
    const bad = await broken.logLevel('blue');
    // What cannot be stored, whoever tries: the row's level is not one.
    await db.transaction().execute(async (tx) => {
      // The log refuses changes otherwise.
      await sql`set local session_replication_role = replica`.execute(tx);
      await tx.updateTable('level_change').set({ to_level: 'purple' }).where('position', '=', bad).execute();
    });
    await sql`alter table alarm add constraint poison check (state->>'level' <> 'purple') not valid`.execute(db);
    await whole.logLevel('orange');
    const desk = broken.desk;
    await desk.followLevelChanges().catch(() => {});
    await whole.desk.followLevelChanges();
    expect((await whole.attempts())[0]).toBe('1 officer orange voice queued');
    await desk.followLevelChanges();
    expect((await broken.attempts())[0]).toBe('1 principal red voice queued');
    expect(await broken.events()).toContain('parked');
    const parked = await db.selectFrom('log_failure').selectAll().execute();
    expect(parked).toMatchObject([{ position: bad, failures: 3 }]);
    expect(parked[0]?.parked_at).not.toBe(null);
    await desk.followLevelChanges();
    expect(await broken.attempts()).toHaveLength(3);
    await sql`alter table alarm drop constraint poison`.execute(db);
  });

  it('E25 blindness at a site whose callout is answered calls the responder; elsewhere nobody', async () => {
    const { logBlindness, desk, attempts, events } = await answeredBench(db);
    const quiet = await deskBench(db);
    await quiet.logBlindness(3);
    await logBlindness(2);
    await desk.followVisibility();
    await desk.followVisibility();
    expect((await attempts()).slice(3)).toEqual(['4 principal red voice queued']);
    expect(await events()).toContain('blinded');
    expect(await quiet.events()).toEqual([]);
  });

  it('a point put in service while its site is called is news when it goes blind, one still under commissioning is none', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => i);
    const { logBlindness, desk, attempts, reconfigure, policy } = await answeredBench(db, {
      policy: { ...POLICY, commissioning: ids },
    });
    await logBlindness();
    await desk.followVisibility();
    expect(await attempts()).toHaveLength(3);
    reconfigure(policy.contacts);
    await logBlindness();
    await desk.followVisibility();
    expect((await attempts()).slice(3)).toEqual(['4 principal red voice queued']);
  });
});

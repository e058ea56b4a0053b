import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { applySite } from '../../src/app/site-config-store.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { door, fakeCarrier } from '../alerting/fake-carrier.ts';
import { eventually } from '../support/eventually.ts';
import { openHouse } from '../support/running-house.ts';
import { ENGINEER, OFFICER, PRINCIPAL, storySite } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const { url, db } = await testDatabase();
const carrier = await fakeCarrier();
const house = await openHouse();
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await carrier[Symbol.asyncDispose]();
});

let version = 0;
let processes = 0;

/** The alert process; `later` is how far its clock is ahead: time that passed while it was down. */
const alert = (later = 0) =>
  house.run(`alert-${String(++processes)}`, ['src/main.ts', 'alert'], {
    DATABASE_URL: url,
    CARRIER_URL: carrier.url,
    CARRIER_KEY: randomBytes(8).toString('hex'),
    PUBLIC_URL: 'http://127.0.0.1:1',
    CLOCK_OFFSET_MS: String(later),
  });

async function level(to: string): Promise<void> {
  const sensor = await db.selectFrom('sensor').select('id').executeTakeFirstOrThrow();
  const at = new Date();
  const row = {
    site_id: 'story',
    target: 'story/level',
    sensor_id: sensor.id,
    from_level: 'normal',
    to_level: to,
    observed_at: at,
    recorded_at: at,
    cause: 'reached',
    value: 338.9,
    limit_value: 338.86,
  };
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx
      .insertInto('level_change')
      .values({ ...row, state_version: ++version })
      .execute();
  });
}

const keys = () => carrier.asked.map(({ key }) => key);

beforeEach(async () => {
  carrier.answer(null);
  // Each test begins with a callout of its own.
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  await db.updateTable('callout').set({ ended_at: new Date(), due_at: null }).execute();
  const site = storySite({ officerSeconds: 60, engineerSeconds: 60, principalSeconds: 60 });
  await applySite(db, { text: site, name: 'story.yaml', who: 'test', now: hostClock().now() });
  carrier.forget();
});

it('E1 killed while a deadline runs, and down for an hour: at the next start one rung is climbed, not sixty', async () => {
  const first = await alert();
  await level('orange');
  await eventually(() => carrier.rang.length === 1);
  await first.kill();
  const second = await alert(60 * MINUTE);
  await eventually(() => carrier.rang.length === 2);
  expect(carrier.rang).toEqual([OFFICER, ENGINEER]);
  const { state } = await db
    .selectFrom('callout')
    .select('state')
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  expect(state).toMatchObject({ runs: [{ tried: 2 }] });
  await second.stop();
});

it('killed between the claim and the request: asked again when the lease is over, under the same number, by whoever lives', async () => {
  const { open, opened } = door();
  carrier.answer(async () => {
    await opened;
    return { status: 503 };
  });
  const first = await alert();
  await level('orange');
  await eventually(() => carrier.asked.length === 1);
  await first.kill();
  open();
  carrier.answer(null);
  const second = await alert(25 * SECOND);
  await eventually(() => carrier.rang.length === 1);
  expect(carrier.rang).toEqual([OFFICER]);
  expect(new Set(keys()).size).toBe(1);
  await second.stop();
});

it('killed between the request and its record: the carrier knows the number, and nobody rings twice', async () => {
  const { open, opened } = door();
  carrier.answer(async () => {
    await opened;
    return { status: 201, body: { id: 'late' } };
  });
  const first = await alert();
  await level('orange');
  await eventually(() => carrier.asked.length === 1);
  open();
  await first.kill();
  carrier.answer(null);
  const second = await alert(25 * SECOND);
  await eventually(
    async () =>
      (await db.selectFrom('attempt').select('status').where('status', '=', 'handed-over').execute()).length === 1,
  );
  expect(carrier.rang).toEqual([OFFICER]);
  expect(new Set(keys()).size).toBe(1);
  await second.stop();
});

it('two processes, one killed again and again: every person is called, each attempt under one number, none twice', async () => {
  const steady = await alert();
  const dying = await alert();
  await level('orange');
  await eventually(() => carrier.rang.length === 1);
  await dying.kill();
  await level('red');
  await dying.start();
  await eventually(() => carrier.rang.length === 2);
  await dying.kill();
  expect(carrier.rang).toEqual([OFFICER, PRINCIPAL]);
  expect(new Set(keys()).size).toBe(carrier.asked.length);
  await steady.stop();
});

it('the database ends every connection: nothing is lost, and the process stays', async () => {
  const steady = await alert();
  await db.selectFrom('site').select('id').execute();
  const { pid } = steady;
  await endConnections();
  await level('orange');
  await endConnections();
  await eventually(() => carrier.rang.length === 1);
  expect(carrier.rang).toEqual([OFFICER]);
  expect(steady.pid).toBe(pid);
  expect(await steady.log()).not.toContain('+86');
  await steady.stop();
});

async function endConnections(): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tailwatch alert%' and datname = current_database()`.execute(
    db,
  );
}

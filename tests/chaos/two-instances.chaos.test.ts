import { randomBytes } from 'node:crypto';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { applySite } from '../../src/app/site-config-store.ts';
import { SECOND } from '../../src/core/time.ts';
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
/** One of several processes that call from one database; `later` is how far its clock is ahead. */
const instance = (later = 0) =>
  house.run(`alert-${String(++processes)}`, ['src/main.ts', 'alert'], {
    DATABASE_URL: url,
    CARRIER_URL: carrier.url,
    CARRIER_KEY: randomBytes(8).toString('hex'),
    PUBLIC_URL: 'http://127.0.0.1:1',
    CLOCK_OFFSET_MS: String(later),
  });

async function level(to: string): Promise<void> {
  const { id: sensor_id } = await db.selectFrom('sensor').select('id').executeTakeFirstOrThrow();
  const at = new Date();
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx
      .insertInto('level_change')
      .values({
        site_id: 'story',
        target: 'story/level',
        sensor_id,
        from_level: 'normal',
        to_level: to,
        observed_at: at,
        recorded_at: at,
        cause: 'reached',
        value: 338.9,
        limit_value: 338.86,
        state_version: ++version,
      })
      .execute();
  });
}

/** Each attempt is asked for under its own id, and rings once. */
async function onceEach(people: readonly string[]): Promise<void> {
  const calls = carrier.asked.filter(({ path }) => path === '/v1/calls');
  const rows = await db.selectFrom('attempt').select(['id', 'callout_id', 'number']).execute();
  expect(new Set(rows.map(({ callout_id, number }) => `${callout_id} ${String(number)}`)).size).toBe(rows.length);
  expect(calls.every(({ key }) => rows.some(({ id }) => id === key))).toBe(true);
  const rang = [...new Map(calls.map(({ key, body }) => [key, body.to ?? ''])).values()];
  expect(rang.toSorted((a, b) => a.localeCompare(b))).toEqual([...people].toSorted((a, b) => a.localeCompare(b)));
}

beforeEach(async () => {
  carrier.answer(null);
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  await db.updateTable('callout').set({ ended_at: new Date(), due_at: null }).execute();
  const text = storySite({ officerSeconds: 120, engineerSeconds: 120, principalSeconds: 120 });
  await applySite(db, { text, name: 'story.yaml', who: 'test', now: hostClock().now() });
  carrier.forget();
});

it('E26 one of two is stopped while its carrier is slow: the other takes its attempt over, and when it goes on nobody is rung twice', async () => {
  const { open, opened } = door();
  carrier.answer(async () => {
    await opened;
    return { status: 201, body: { id: 'slow' } };
  });
  const slow = await instance();
  await level('orange');
  await eventually(() => carrier.asked.length === 1, { what: 'the request of the first' });
  slow.pause();
  // By its clock the lease of the other has run out.
  const other = await instance(25 * SECOND);
  await eventually(() => carrier.asked.length === 2, { withinMs: 60 * SECOND, what: 'the request of the second' });
  open();
  await eventually(
    async () =>
      (await db.selectFrom('attempt').select('id').where('status', '=', 'handed-over').execute()).length === 1,
  );
  slow.resume();
  await level('red');
  await eventually(() => carrier.rang.includes(PRINCIPAL), { withinMs: 60 * SECOND });
  await onceEach([OFFICER, PRINCIPAL]);
  await slow.stop();
  await other.stop();
});

it('E26 one of two is killed after the other, over and over: everybody is called, each attempt once', async () => {
  let [one, two] = [await instance(), await instance()];
  await level('orange');
  for (let round = 0; round < 3; round += 1) {
    await one.kill();
    [one, two] = [two, one];
    await two.start();
  }
  await eventually(() => carrier.rang.includes(OFFICER), { withinMs: 60 * SECOND });
  await level('red');
  await one.kill();
  await eventually(() => carrier.rang.includes(PRINCIPAL), { withinMs: 60 * SECOND });
  await onceEach([OFFICER, PRINCIPAL]);
  await two.stop();
});

it('E14 both look at the same second: a rung that is due is climbed once', async () => {
  const both = await Promise.all([instance(121 * SECOND), instance(121 * SECOND)]);
  await level('orange');
  await eventually(() => carrier.rang.includes(OFFICER), { withinMs: 60 * SECOND });
  await db.updateTable('callout').set({ due_at: new Date() }).where('ended_at', 'is', null).execute();
  await Promise.all(both.map((each) => each.kill()));
  const later = await Promise.all([instance(245 * SECOND), instance(245 * SECOND)]);
  await eventually(() => carrier.rang.includes(ENGINEER), { withinMs: 60 * SECOND });
  await onceEach([OFFICER, ENGINEER]);
  await Promise.all(later.map((each) => each.stop()));
});

import { beforeEach, expect, test } from 'vitest';
import { deviceDesk } from '../../src/app/device-desk.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { judges } from '../ingest/judging.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';

const database = await testDatabase();
const { db, pool } = database;
const house = judges(database);
const desk = deviceDesk({ db, clock: databaseClock() });

beforeEach(async () => {
  await pool.query('truncate site, device, engine_lease restart identity cascade');
  await apply(database, { sensors: [{ code: 'level' }], rules: [] });
});

test('a judge says who may publish when it begins, and again only when that has changed', async () => {
  await using session = await house.begin();
  const names = async () => (await session.devices())?.map(({ username }) => username) ?? null;
  expect([await names(), await names()]).toEqual([[], null]);
  const { deviceId } = await desk.add('pond', { name: 'a' }, 'li');
  await desk.add('pond', { name: 'b' }, 'li');
  expect([await names(), await names()]).toEqual([['pond.a', 'pond.b'], null]);
  await desk.revoke(deviceId, 'li');
  expect([await names(), await names()]).toEqual([['pond.b'], null]);
  await desk.add('pond', { name: 'a' }, 'li');
  expect([await names(), await names()]).toEqual([['pond.a', 'pond.b'], null]);
});

test('a judge that has loaded a site anew says them anew: their topics may be others', async () => {
  await desk.add('pond', { name: 'a' }, 'li');
  await using session = await house.begin();
  expect((await session.devices())?.map(({ topics }) => topics)).toEqual([['pond/+/data']]);
  const loaded = await session.reload();
  expect((await loaded.devices())?.map(({ topics }) => topics)).toEqual([['pond/+/data']]);
});

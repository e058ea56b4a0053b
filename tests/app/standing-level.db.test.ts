import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';

const database = await testDatabase();
const { pool, db } = database;

beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
});

/** A pond whose one rule is approved or not, on a sensor in some state; `red` is its limit. */
const pond = (state: string | undefined, isApproved: boolean, red = 40) =>
  apply(database, {
    sensors: [{ code: 'other' }, { code: 'level', ...(state !== undefined && { state }) }],
    rules: [{ sensor: 'level', limits: { red }, ...(!isApproved && { approved: undefined }) }],
  });
const stands = (level: string) =>
  pool.query(
    `insert into level_state select 'pond/level', 'pond', id, $1, 1, '{}', 1, now() from sensor where code = 'level'
     on conflict (target) do update set level = excluded.level`,
    [level],
  );
const versions = async () => (await db.selectFrom('site_config').select('version').execute()).length;

describe('R13 while a level stands, whoever is called for it stays called', () => {
  test.each<[string, () => Promise<void>, RegExp]>([
    [
      'its point is not taken out of service',
      () => pond('commissioning', true),
      /sensors\[1\]\.state: can be taken out of service when the level of "level" is normal; it stands at red/,
    ],
    [
      'its limits keep their approval',
      () => pond(undefined, false),
      /rules\[0\].*: can be taken away when the level of "level" is normal; it stands at red/,
    ],
  ])('%s, until it is normal', async (_name, edit, refused) => {
    await pond('in-service', true);
    await stands('red');
    await expect(edit()).rejects.toThrow(refused);
    expect(await versions()).toBe(1);
    await stands('normal');
    await edit();
    expect(await versions()).toBe(2);
  });

  test('what called nobody may go on so, be edited, and call from now on', async () => {
    await pond('commissioning', false);
    await stands('red');
    await pond('commissioning', false, 41);
    await pond('in-service', true, 41);
    expect(await versions()).toBe(3);
  });
});

test('what is retired may return in any state, with its number', async () => {
  const gauge = (state?: string) =>
    apply(database, { sensors: [{ code: 'gauge', ...(state !== undefined && { state }) }], rules: [] });
  await gauge();
  const number = await db.selectFrom('sensor').select('id').execute();
  for (const state of ['retired', 'in-service', 'retired', 'commissioning']) await gauge(state);
  expect(await db.selectFrom('sensor').select('id').execute()).toEqual(number);
});

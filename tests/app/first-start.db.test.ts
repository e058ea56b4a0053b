import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { prepareDatabase } from '../../src/app/first-start.ts';
import { applySite } from '../../src/app/site-config-store.ts';
import { setUp } from '../../src/gateway/setup.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { testDatabase } from '../support/test-database.ts';

const database = await testDatabase();
const { db, pool, url } = database;
const prepare = () =>
  prepareDatabase(
    { databaseUrl: url, databaseOwnerUrl: null, dataDir: '', backupBeforeMigrate: false },
    { demo: true, isOurs: false, signal: new AbortController().signal, tell: () => {} },
  );
/** The demo pond as an older program made it. */
const OLDER = readFileSync(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const applyOlder = (who: string) => applySite(db, { text: OLDER, name: 'older', who, now: hostClock().now() });
const versions = async () =>
  (await db.selectFrom('site_config').select(['site_id', 'version']).orderBy('version').execute()).map(
    ({ site_id, version }) => `${site_id} ${String(version)}`,
  );

beforeEach(async () => {
  await pool.query('truncate site, account, engine_lease restart identity cascade');
});

test('an empty database gets the demo pond, and a code for the first administrator until there is one', async () => {
  const { setupCode } = await prepare();
  const again = await prepare();
  expect(again).toEqual({ setupCode: expect.stringMatching(/^(\w{5}-){3}\w{5}$/), sites: 1, notice: null });
  const first = { name: 'chief', password: 'a password of the test' };
  await expect(setUp(db, { ...first, code: setupCode ?? '' }, hostClock().now())).rejects.toMatchObject({
    code: 'setup/wrong-code',
  });
  await setUp(db, { ...first, code: again.setupCode ?? '' }, hostClock().now());
  expect(await prepare()).toEqual({ setupCode: null, sites: 1, notice: null });
  expect(await versions()).toEqual(['demo-pond 1']);
});

test('the demo pond of an older program is brought up to date', async () => {
  await applyOlder('first start');
  expect(await prepare()).toMatchObject({ sites: 1, notice: null });
  expect(await versions()).toEqual(['demo-pond 1', 'demo-pond 2']);
});

test('one that somebody has made his own stays as it is', async () => {
  await applyOlder('command line, somebody');
  expect(await prepare()).toMatchObject({ sites: 1, notice: null });
  expect(await versions()).toEqual(['demo-pond 1']);
});

test('one that a level stands on cannot be: it is said why, and what to do', async () => {
  await applyOlder('first start');
  const sensor = await db
    .selectFrom('sensor')
    .select('id')
    .where('code', '=', 'piezometer-1')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('level_state')
    .values({
      target: 'demo-pond/piezometer-1',
      site_id: 'demo-pond',
      sensor_id: sensor.id,
      level: 'orange',
      state_version: 1,
      pending: '{"rises":{},"fall":null}',
      config_version: 1,
      changed_at: null,
    })
    .execute();
  const { notice } = await prepare();
  expect(notice).toContain('set another DATA_DIR');
  expect(notice).toContain('"piezometer-1" stands at orange');
  expect(await versions()).toEqual(['demo-pond 1']);
});

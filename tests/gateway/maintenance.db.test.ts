import { beforeEach, expect, test } from 'vitest';
import { maintenanceDesk } from '../../src/app/maintenance-desk.ts';
import type { MaintenanceView, Problem, SiteOverview } from '../../src/contract/http.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db, pool } = database;
const clock = fakeClock();
const house = await testGateway(database, { clock, maintenance: maintenanceDesk({ db, clock }) });
const cookie = await signIn(house, database);
const NOW = clock.now();

const BEACH = {
  formula: 'beach-length',
  level: 'gauge',
  calibrations: [{ from: '2020-01-01', sections: [{ crest: 10, slope: 0.01 }], source: 'x' }],
};
const APPROVED_RULE = { sensor: 'gauge', limits: { red: 9 } };
const POND = {
  sections: ['dam'],
  sensors: [
    { code: 'gauge', point: 'tower', section: 'dam' },
    { code: 'beach', item: 'beach-length', derive: BEACH },
    { code: 'well' },
  ],
  rules: [APPROVED_RULE],
};

beforeEach(async () => {
  await pool.query('truncate site, reading, audit restart identity cascade');
  await pool.query(`insert into role_grant (account_id, role) select id, 'operator' from account`);
  clock.set(NOW);
  await apply(database, POND);
  await pool.query(
    `insert into reading (sensor_id, observed_at, received_at, value, quality) select id, $1, $1, 1, 'good' from sensor`,
    [new Date(NOW)],
  );
});

const ask = async (
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
): Promise<{ status: number; body: unknown }> => {
  const headers = { cookie, origin: house.url, host: new URL(house.url).host };
  const response = await house.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
  return { status: response.statusCode, body: response.json<unknown>() };
};
const start = (payload: object) => ask('POST', '/api/sites/pond/maintenance', payload);
/** Work that may begin. */
const started = async (payload: object) => (await start(payload)).body as MaintenanceView;
const end = (maintenanceId: string) => ask('POST', `/api/maintenance/${maintenanceId}/end`);
const list = async () => (await ask('GET', '/api/sites/pond/maintenance')).body as MaintenanceView[];
const overview = async () => (await ask('GET', '/api/sites/pond/overview')).body as SiteOverview;
const PATROL = { who: 'Wang', everyMinutes: 30 };

test('work on a point is begun by who is signed in, listed, ended early, and stays on the list', async () => {
  const begun = await start({ point: 'tower', reason: ' new cable ', minutes: 90, substitute: PATROL });
  expect(begun).toEqual({
    status: 201,
    body: {
      maintenanceId: expect.any(String) as string,
      point: 'tower',
      reason: 'new cable',
      from: NOW,
      until: NOW + 90 * MINUTE,
      startedBy: 'operator',
      endedAt: null,
      endedBy: null,
      substitute: PATROL,
    },
  });
  expect(await list()).toEqual([begun.body]);
  clock.advance(30 * MINUTE);
  const { maintenanceId } = begun.body as MaintenanceView;
  const ended = { ...(begun.body as MaintenanceView), endedAt: NOW + 30 * MINUTE, endedBy: 'operator' };
  expect(await end(maintenanceId)).toEqual({ status: 200, body: ended });
  clock.advance(MINUTE);
  expect(await end(maintenanceId)).toEqual({ status: 200, body: ended });
  expect(await list()).toEqual([ended]);
  const audit = await db.selectFrom('audit').select(['who', 'action']).where('action', 'like', 'maint%').execute();
  expect(audit).toEqual([
    { who: 'operator', action: 'maintenance/start' },
    { who: 'operator', action: 'maintenance/end' },
  ]);
});

test('what is over by itself was ended by nobody, and ending it then says so', async () => {
  const over = await started({ point: 'well', reason: 'x', minutes: 10 });
  clock.advance(HOUR);
  expect(await list()).toEqual([over]);
  expect((await end(over.maintenanceId)).body).toEqual(over);
});

test('all that runs is listed, and the newest fifty of what is over', async () => {
  const running = await started({ point: 'well', reason: 'x', minutes: 30 * 24 * 60 });
  await pool.query(
    `insert into maintenance (id, site_id, point, reason, from_at, until_at, started_by)
     select gen_random_uuid(), 'pond', 'beach', n::text, $1::timestamptz + n * interval '1 min', $1::timestamptz + n * interval '1 min 30 s', 'li'
     from generate_series(1, 60) as n`,
    [new Date(NOW)],
  );
  clock.advance(2 * HOUR);
  const listed = await list();
  expect(listed[0]).toEqual(running);
  expect(listed.slice(1).map(({ reason }) => Number(reason))).toEqual(Array.from({ length: 50 }, (_, i) => 60 - i));
});

test.each<[string, object, number, Partial<Problem>]>([
  ['the last eye, without a patrol', { point: 'tower', reason: 'x', minutes: 5 }, 409, { code: 'point/last-eye' }],
  ['an unknown point', { point: 'gauge', reason: 'x', minutes: 5 }, 404, { code: 'point/not-found' }],
  ['no reason', { point: 'well', minutes: 5 }, 400, { field: 'reason' }],
  ['a blank reason', { point: 'well', reason: ' ', minutes: 5 }, 400, { field: 'reason' }],
  ['no end', { point: 'well', reason: 'x' }, 400, { field: 'minutes' }],
  ['an end too far', { point: 'well', reason: 'x', minutes: 30 * 24 * 60 + 1 }, 400, { field: 'minutes' }],
  [
    'a patrol of nobody',
    { point: 'tower', reason: 'x', minutes: 5, substitute: { who: '', everyMinutes: 30 } },
    400,
    { field: 'substitute.who' },
  ],
])('%s is refused, and nothing is written', async (_name, payload, status, problem) => {
  expect(await start(payload)).toMatchObject({ status, body: problem });
  expect(await list()).toEqual([]);
  expect(await db.selectFrom('audit').select('action').where('action', 'like', 'maint%').execute()).toEqual([]);
});

test('a point that is worked on, a site or a maintenance that is not there', async () => {
  await start({ point: 'well', reason: 'x', minutes: 5 });
  expect(await start({ point: 'well', reason: 'x', minutes: 5 })).toMatchObject({
    status: 409,
    body: { code: 'point/in-maintenance' },
  });
  expect((await ask('GET', '/api/sites/nowhere/maintenance')).status).toBe(404);
  expect((await ask('POST', '/api/sites/nowhere/maintenance', { point: 'x', reason: 'x', minutes: 5 })).status).toBe(
    404,
  );
  expect((await end('7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0009')).status).toBe(404);
});

test('the overview shows it at the sensors of the point and at those derived from them, while it lasts', async () => {
  const shown = async () => {
    const { sensors } = await overview();
    return Object.fromEntries(sensors.map(({ code, maintenance }) => [code, maintenance?.reason ?? null]));
  };
  const { maintenanceId } = await started({ point: 'tower', reason: 'cable', minutes: 60, substitute: PATROL });
  await start({ point: 'beach', reason: 'survey', minutes: 5 });
  expect(await shown()).toEqual({ gauge: 'cable', beach: 'survey', well: null });
  clock.advance(5 * MINUTE);
  expect(await shown()).toEqual({ gauge: 'cable', beach: 'cable', well: null });
  await end(maintenanceId);
  expect(await shown()).toEqual({ gauge: null, beach: null, well: null });
});

test('the overview says which section, state and point a sensor has, and whether anybody would be called', async () => {
  const before = await overview();
  expect(before).toMatchObject({ guarded: true, sections: [{ sectionId: 'dam', name: { zh: 'dam', en: 'dam' } }] });
  expect(before.sensors.map(({ code, point, sectionId, state }) => [code, point, sectionId, state])).toEqual([
    ['gauge', 'tower', 'dam', 'in-service'],
    ['beach', 'beach', null, 'in-service'],
    ['well', 'well', null, 'in-service'],
  ]);
  await apply(database, { ...POND, rules: [{ ...APPROVED_RULE, approved: undefined }] });
  expect(await overview()).toMatchObject({ guarded: false, rules: [{ guarded: false, approved: null }] });
  const [gauge, ...others] = POND.sensors;
  await apply(database, { ...POND, sensors: [{ ...gauge, code: 'gauge', state: 'commissioning' }, ...others] });
  expect(await overview()).toMatchObject({ guarded: false, rules: [{ guarded: false, approved: { by: 'test' } }] });
});

test('where red stands at the point it is proposed instead, and nothing begins', async () => {
  await pool.query(
    `insert into level_state (target, site_id, sensor_id, level, state_version, pending, config_version)
     select 'pond/gauge', 'pond', id, 'red', 1, '{}', 1 from sensor where code = 'gauge'`,
  );
  const asked = await start({ point: 'tower', reason: 'new cable', minutes: 30, substitute: PATROL });
  expect(asked).toMatchObject({
    status: 202,
    body: {
      kind: 'alarm/shelve',
      state: 'open',
      proposedBy: 'operator',
      work: { point: 'tower', minutes: 30, levels: [{ target: 'pond/gauge', level: 'red' }] },
    },
  });
  expect(await list()).toEqual([]);
});

import { beforeEach, expect, test } from 'vitest';
import { deviceDesk } from '../../src/app/device-desk.ts';
import type { AddedDevice, DeviceView } from '../../src/contract/devices.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { signIn, testGateway } from './test-gateway.ts';
import { databaseClock } from '../../src/platform/clock.ts';

const database = await testDatabase();
const { db, pool } = database;
const house = await testGateway(database, { devices: deviceDesk({ db, clock: databaseClock() }) });
await apply(database, { sensors: [{ code: 'level' }], rules: [] });
const admin = await signIn(house, database, 'admin', [{ role: 'admin', siteId: 'pond' }]);
await pool.query('update session set second_factor = true');
const operator = await signIn(house, database, 'operator', [{ role: 'operator', siteId: 'pond' }]);

beforeEach(() => pool.query('truncate device'));

const ask = async (method: 'GET' | 'POST', url: string, payload?: object, cookie = admin) => {
  const headers = { cookie, origin: house.url, host: new URL(house.url).host };
  const response = await house.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
  return { status: response.statusCode, headers: response.headers, body: response.json<unknown>() };
};

test('whoever administers a site adds a device, is told its password once, and revokes it', async () => {
  const { status, body, headers } = await ask('POST', '/api/sites/pond/devices', { name: 'logger-1' });
  const { password, ...device } = body as AddedDevice;
  expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
  expect(device).toMatchObject({ siteId: 'pond', username: 'pond.logger-1', followsSite: true, createdBy: 'admin' });
  expect((await ask('GET', '/api/sites/pond/devices')).body).toEqual([device]);
  expect(JSON.stringify(await ask('GET', '/api/sites/pond/devices'))).not.toContain(password);
  const revoked = await ask('POST', `/api/devices/${device.deviceId}/revoke`);
  expect(revoked.body as DeviceView).toMatchObject({ deviceId: device.deviceId, revokedBy: 'admin' });
});

test.each([
  [{ name: 'a.b' }, 400, 'request/invalid', 'name'],
  [{ name: '' }, 400, 'request/invalid', 'name'],
  [{ name: 'a', topics: [] }, 400, 'request/invalid', 'topics'],
  [{ name: 'a', topics: ['x'.repeat(201)] }, 400, 'request/invalid', 'topics.0'],
  [{ name: 'a', topics: ['tailwatch/#'] }, 400, 'device/topic-refused', undefined],
  [{ name: 'a', password: 'mine' }, 400, 'request/invalid', 'password'],
])('%j is refused', async (payload, status, code, field) => {
  const refused = await ask('POST', '/api/sites/pond/devices', payload);
  expect([refused.status, refused.body]).toMatchObject([status, { code, ...(field !== undefined && { field }) }]);
});

test('nobody else may, and who may not see a site is not told that it is there', async () => {
  const { body } = await ask('POST', '/api/sites/pond/devices', { name: 'a' });
  const { deviceId } = body as AddedDevice;
  const tries = [
    await ask('GET', '/api/sites/pond/devices', undefined, operator),
    await ask('POST', '/api/sites/pond/devices', { name: 'b' }, operator),
    await ask('POST', `/api/devices/${deviceId}/revoke`, undefined, operator),
  ];
  expect(tries.map(({ status }) => status)).toEqual([403, 403, 403]);
  const elsewhere = await ask('POST', '/api/sites/other/devices', { name: 'b' });
  const nobody = await ask('POST', '/api/devices/00000000-0000-4000-8000-000000000000/revoke');
  expect([elsewhere.status, nobody.status]).toEqual([404, 404]);
});

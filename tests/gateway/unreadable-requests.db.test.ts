import { expect, test } from 'vitest';
import type { Problem } from '../../src/contract/http.ts';
import { testDatabase } from '../support/test-database.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const house = await testGateway(database);
const cookie = await signIn(house, database);

const ask = async (url: string, payload?: object): Promise<readonly [number, Problem]> => {
  const method = payload === undefined ? 'GET' : 'POST';
  const response = await house.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });
  return [response.statusCode, response.json<Problem>()];
};

test('R15 a control character is refused by the name of its field', async () => {
  const invalid = (field: string) => [400, { code: 'request/invalid', field }];
  expect(await ask('/api/session', { name: 'a\u0000', password: 'b' })).toMatchObject(invalid('name'));
  expect(await ask('/api/sites/x%00/overview')).toMatchObject(invalid('siteId'));
  expect(await ask('/api/quarantine?siteId=x%00')).toMatchObject(invalid('siteId'));
  const callout = '/api/callouts/7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0009/release';
  expect(await ask(callout, { note: 'seen\u0000' })).toMatchObject(invalid('note'));
  expect((await ask(callout, { note: 'seen\nand closed' }))[0]).not.toBe(400);
});

test('an address that cannot be decoded is a Problem', async () => {
  expect(await ask('/api/sites/%E0%A4%A/overview')).toEqual([
    400,
    { code: 'request/invalid', title: 'the address cannot be decoded', field: 'url' },
  ]);
});

test('what is under no address is 404, signed in or not', async () => {
  expect(await ask('/api/nothing')).toMatchObject([404, { code: 'request/not-found' }]);
  const response = await house.app.inject({ url: '/api/nothing' });
  expect([response.statusCode, response.json<Problem>().code]).toEqual([404, 'request/not-found']);
});

test('the refused messages of a site that nobody has are 404', async () => {
  expect(await ask('/api/quarantine?siteId=nowhere')).toMatchObject([404, { code: 'site/not-found' }]);
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROLES } from '../../src/core/access.ts';
import type { Problem } from '../../src/contract/http.ts';
import { testDatabase } from '../support/test-database.ts';
import { describedRoutes, exampleOf, nameOf, pathWith } from './described-routes.ts';
import type { DescribedRoute } from './described-routes.ts';
import { person, personasOf } from './personas.ts';
import { testGateway } from './test-gateway.ts';
import { desksOf, namedOf, storeMine } from './marked-mines.ts';
import { NONE } from './marked-things.ts';

const folder = await mkdtemp(join(tmpdir(), 'tailwatch-limits-'));
afterAll(() => rm(folder, { recursive: true }));
await mkdir(join(folder, 'assets'));
await writeFile(join(folder, 'index.html'), '<!doctype html><title>Tailwatch</title>');
await writeFile(join(folder, 'assets', 'index-abc123.js'), 'export {};');

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, { ...desksOf(db), pageFolder: folder });
const { app } = house;
await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
const everything = ROLES.map((role) => ({ role, siteId: null }));
const somebody = await person(db, 'all roles', everything, { secondFactor: true });
const described = describedRoutes(app);

const send = async (route: DescribedRoute, headers: Readonly<Record<string, string>>, body?: string) => {
  const example = route.body === undefined ? undefined : JSON.stringify(exampleOf(route.body, namedOf('graphite')));
  const payload = body ?? example;
  const response = await app.inject({
    method: route.method,
    url: pathWith(route, NONE),
    headers: {
      host: new URL(house.url).host,
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  });
  const code = response.body.startsWith('{') ? response.json<Partial<Problem>>().code : undefined;
  return { status: response.statusCode, code, response };
};

const changes = described.filter(({ method, permission }) => method !== 'GET' && permission !== 'everybody');
test.each(changes.map((route) => [nameOf(route), route] as const))(
  '%s is taken from no page of another origin',
  async (_name, route) => {
    const foreign = { status: 403, code: 'request/foreign-origin' };
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `${house.url}.evil.example` },
      { origin: 'not an origin' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      expect(await send(route, { ...(await somebody.headers()), ...headers })).toMatchObject(foreign);
    for (const headers of [{ origin: house.url }, { 'sec-fetch-site': 'same-origin' }, {}])
      expect((await send(route, { ...(await somebody.headers()), ...headers })).code).not.toBe(
        'request/foreign-origin',
      );
  },
);

test('no browser sends a token by itself: a program needs no origin, and any will do', async () => {
  const programs = (await personasOf(db, 'graphite')).filter(({ kind }) => kind === 'token');
  for (const program of programs)
    for (const route of changes)
      for (const headers of [{}, { origin: 'http://evil.example' }])
        expect((await send(route, { ...(await program.headers()), ...headers })).code).not.toBe(
          'request/foreign-origin',
        );
});

/** Longer than anything that is typed: configurations, rosters and lists of people come as files. */
const isLong = ({ path }: DescribedRoute): boolean => /\/(config|roster|evacuation-groups)(\/|$)/.test(path);

const takesBody = described.filter(({ method, body }) => method !== 'GET' && body !== undefined);
test.each(takesBody.map((route) => [nameOf(route), route] as const))(
  '%s takes a body of 64 KiB at most, what comes as a file one of 2 MiB',
  async (_name, route) => {
    const body = `{"a":"${'x'.repeat(isLong(route) ? 2 * 1024 * 1024 : 65_536)}"}`;
    expect(await send(route, await somebody.headers(), body)).toMatchObject({ status: 413, code: 'request/too-large' });
  },
);

/** What comes back over a line of its own, whatever is sent. */
const overTheLine = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(house.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(text);
    });
    socket.write(bytes);
  });

test.each([
  [
    'headers of over 16 KiB',
    `GET /healthz HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(17_000)}\r\n\r\n`,
    431,
    'request/too-large',
    'headers',
  ],
  ['what is no HTTP', 'HELO mine\r\n\r\n', 400, 'request/invalid', 'request'],
  [
    'an address that cannot be decoded',
    'GET /api/%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    400,
    'request/invalid',
    'url',
  ],
])('%s is refused with a Problem', async (_what, bytes, status, code, field) => {
  const [head = '', body = ''] = (await overTheLine(bytes)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
  expect(JSON.parse(body)).toMatchObject({ code, field });
  expectSafe(
    Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => line.toLowerCase().split(': ') as [string, string]),
    ),
  );
});

test('a request that dribbles in is waited for no longer than half a minute', () => {
  expect(app.server.requestTimeout).toBe(30_000);
  expect(app.server.headersTimeout).toBe(15_000);
});

test('who asks too often is told to wait; who watches its health is not', async () => {
  const strict = await testGateway(database, { requestsPerMinute: 3 });
  const ask = (url: string) => strict.app.inject({ url });
  for (let i = 0; i < 3; i++) expect((await ask('/api/sites')).statusCode).toBe(401);
  const refused = await ask('/api/sites');
  expect([refused.statusCode, refused.json<Problem>().code]).toEqual([429, 'request/too-many']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expectSafe(refused.headers);
  for (let i = 0; i < 10; i++) expect((await ask('/healthz')).statusCode).toBe(200);
});

/** Every answer says what a browser may do with it: nothing that is not ours. */
function expectSafe(headers: Readonly<Record<string, unknown>>): void {
  const policy = String(headers['content-security-policy']);
  expect(policy).toMatch(/default-src '(self|none)'/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(headers['permissions-policy']).toContain('geolocation=()');
  expect(headers['x-powered-by'] ?? headers['server']).toBeUndefined();
}

test.each<[string, string, 'GET' | 'POST', string]>([
  ['the page', '/', 'GET', 'no-cache'],
  ['a file of it', '/assets/index-abc123.js', 'GET', 'public, max-age=31536000, immutable'],
  ['an answer', '/api/sites', 'GET', 'no-store'],
  ['the description', '/openapi.json', 'GET', 'no-store'],
  ['a thing that is not there', '/api/sites/nowhere/overview', 'GET', 'no-store'],
  ['an address that is not there', '/nothing', 'GET', 'no-store'],
  ['a refused body', '/api/session', 'POST', 'no-store'],
  ['a carrier that did not sign', '/carrier/messages', 'POST', 'no-store'],
  ['metrics without their token', '/metrics', 'GET', 'no-store'],
  ['health', '/healthz', 'GET', 'no-store'],
])('the headers of %s are safe', async (_what, url, method, cache) => {
  const { headers } = await app.inject({ method, url, headers: await somebody.headers() });
  expectSafe(headers);
  expect(headers['cache-control']).toBe(cache);
});

test('the session is in a cookie that no script reads and no other site sends', async () => {
  const { headers } = await app.inject({ method: 'DELETE', url: '/api/session', headers: await somebody.headers() });
  expect(String(headers['set-cookie'])).toMatch(/HttpOnly/);
  expect(String(headers['set-cookie'])).toMatch(/SameSite=(Lax|Strict)/);
});

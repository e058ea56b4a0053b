import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { keepCertificate } from '../../src/platform/certificate.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { networks } from '../../src/platform/peer.ts';
import { openAuthority } from '../support/certificates.ts';
import { testDatabase } from '../support/test-database.ts';
import { PASSWORD } from './quick-account.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const authority = await openAuthority();
afterAll(() => authority[Symbol.asyncDispose]());
const [first, second] = [await authority.issue('first'), await authority.issue('second')];
const files = { cert: path.join(authority.folder, 'live.pem'), key: path.join(authority.folder, 'live.key') };
const put = async (pair: { cert: string; key: string }): Promise<void> => {
  await copyFile(pair.cert, files.cert);
  await copyFile(pair.key, files.key);
};
await put(first);
const certificate = keepCertificate(files, { log: pino({ level: 'silent' }), clock: hostClock() });
afterAll(() => certificate[Symbol.dispose]());
const house = await testGateway(database, {
  tls: certificate.pair,
  publicUrl: new URL('https://127.0.0.1'),
  isProxy: networks(['127.0.0.1']),
});
certificate.serve(house.app.server);
const cookie = await signIn(house, database);
const ca = await readFile(authority.ca);

const ask = (
  route: string,
  { payload, ...options }: RequestOptions & { payload?: object } = {},
): Promise<{ response: IncomingMessage; body: string; serial: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(new URL(route, house.url), { ca, agent: false, ...options }, (response) => {
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
      text(response).then((body) => resolve({ response, body, serial }), reject);
    });
    asked.on('error', reject);
    asked.end(payload && JSON.stringify(payload));
  });
const serialOf = async (pair: { cert: string }) => new X509Certificate(await readFile(pair.cert)).serialNumber;

describe('with a certificate', () => {
  test('pages are served by https, the cookie goes by nothing else, and browsers are told to stay', async () => {
    expect(house.url).toMatch(/^https:/);
    const { response } = await ask('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      payload: { name: 'operator', password: PASSWORD },
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers['set-cookie']?.[0]).toMatch(/; Secure/);
    expect(response.headers['strict-transport-security']).toBeDefined();
  });

  test('who speaks plain HTTP gets nothing, and the others go on', async () => {
    const heard = await new Promise<string>((resolve) => {
      const plain = connect(Number(new URL(house.url).port), '127.0.0.1', () => {
        plain.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
      });
      plain.on('error', () => {});
      let said = '';
      plain.on('data', (chunk) => (said += chunk.toString('latin1'))).on('close', () => resolve(said));
    });
    expect(heard).not.toContain('HTTP/1.1 200');
    expect((await ask('/healthz')).response.statusCode).toBe(200);
  });

  test('a renewed one is taken by who comes, and the live connection of who is there stays', async () => {
    const page = new WebSocket(`${house.url.replace('https', 'wss')}/live`, {
      headers: { cookie },
      origin: house.url,
      ca,
    });
    await new Promise((resolve, reject) => page.once('open', () => resolve(undefined)).once('error', reject));
    expect((await ask('/healthz')).serial).toBe(await serialOf(first));
    await put(second);
    certificate.look();
    expect((await ask('/healthz')).serial).toBe(await serialOf(second));
    const told = new Promise((resolve) => page.once('message', resolve));
    page.send(JSON.stringify({ type: 'resume', cursor: null }));
    await told;
    page.terminate();
  });
});

test('behind a proxy that is believed a sign-in is of the address that it names', async () => {
  const { response } = await ask('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.7, 192.0.2.1' },
    payload: { name: 'operator', password: PASSWORD },
  });
  expect(response.statusCode).toBe(200);
  const { rows } = await database.pool.query<{ address: string }>('select address from session order by created_at');
  expect(rows.map(({ address }) => address)).toContain('192.0.2.1');
});

import { createHmac } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { MINUTE } from '../../src/core/time.ts';
import type { CalloutDesk } from '../../src/gateway/ports.ts';
import { testDatabase } from '../support/test-database.ts';
import { CARRIER_KEY, carrierDoor, testGateway } from './test-gateway.ts';

const ATTEMPT = '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0001';
const OTHER_ATTEMPT = '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0002';

const heard: unknown[] = [];
const desk: CalloutDesk = {
  async report(attemptId, report) {
    if (attemptId === OTHER_ATTEMPT) throw new AppError('attempt/not-found', 'there is no such attempt');
    heard.push({ attemptId, ...report });
    return { say: '再说一遍', gather: { digits: 1 } };
  },
  async reply(from, text, reportId) {
    heard.push({ from, text, reportId });
    return null;
  },
  attemptOf: () => Promise.reject(new Error('not asked for here')),
  answerByLink: () => Promise.reject(new Error('not asked for here')),
  answerOnScreen: () => Promise.reject(new Error('not asked for here')),
  sayByLink: () => Promise.reject(new Error('not asked for here')),
  respond: () => Promise.reject(new Error('not asked for here')),
  declineOnScreen: () => Promise.reject(new Error('not asked for here')),
  countHeads: () => Promise.reject(new Error('not asked for here')),
  reportDone: () => Promise.reject(new Error('not asked for here')),
  release: () => Promise.reject(new Error('not asked for here')),
};

const database = await testDatabase();
const { app, clock } = await testGateway(database, { desk });
beforeEach(() => void heard.splice(0));

interface Post {
  readonly path?: string;
  readonly body?: string;
  /** What is signed instead of what is sent. */
  readonly signed?: { readonly path?: string; readonly body?: string; readonly key?: string };
  readonly ageMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const REPORT = JSON.stringify({ reportId: 'r1', event: 'digit', digit: '7', at: '2026-07-01T00:00:00Z' });

function post({
  path = `/carrier/attempts/${ATTEMPT}`,
  body = REPORT,
  signed = {},
  ageMs = 0,
  headers = {},
}: Post = {}) {
  const timestamp = String(Math.round((clock.now() - ageMs) / 1_000));
  const signature = createHmac('sha256', signed.key ?? CARRIER_KEY)
    .update(`${timestamp}\n${signed.path ?? path}\n${signed.body ?? body}`)
    .digest('hex');
  return app.inject({
    method: 'POST',
    url: path,
    payload: body,
    headers: {
      'content-type': 'application/json',
      'x-carrier-timestamp': timestamp,
      'x-carrier-signature': signature,
      ...headers,
    },
  });
}

test('a signed report reaches its attempt, and the carrier is told what to do next', async () => {
  const response = await post();
  expect([response.statusCode, response.json()]).toEqual([200, { say: '再说一遍', gather: { digits: 1 } }]);
  expect(heard).toEqual([
    { attemptId: ATTEMPT, reportId: 'r1', event: 'digit', digit: '7', at: '2026-07-01T00:00:00Z' },
  ]);
});

test('the signature is over the bytes as they came, not over what they mean', async () => {
  const spaced = REPORT.replaceAll(',', ' ,\n ');
  expect((await post({ body: spaced })).statusCode).toBe(200);
  expect((await post({ body: spaced, signed: { body: REPORT } })).statusCode).toBe(401);
});

test.each<[string, Post]>([
  ['another key', { signed: { key: 'another key' } }],
  ['another body', { signed: { body: REPORT.replace('7', '8') } }],
  ['the path of another attempt', { signed: { path: `/carrier/attempts/${OTHER_ATTEMPT}` } }],
  ['a timestamp over five minutes old', { ageMs: 5 * MINUTE + 1_000 }],
  ['a timestamp over five minutes ahead', { ageMs: -5 * MINUTE - 1_000 }],
  ['a signature that is too short', { headers: { 'x-carrier-signature': 'ab' } }],
  ['no signature', { headers: { 'x-carrier-signature': '' } }],
  ['a timestamp that is no number', { headers: { 'x-carrier-timestamp': '1e9' } }],
])('a report signed with %s is refused and not heard', async (_what, options) => {
  const response = await post(options);
  expect(response.statusCode).toBe(401);
  expect(response.json()).toMatchObject({ code: 'carrier/bad-signature' });
  expect(heard).toEqual([]);
});

test.each<[string, string, number]>([
  ['with a slash behind it', `/carrier/attempts/${ATTEMPT}/`, 404],
  ['in percent signs', `/carrier/attempts/%37${ATTEMPT.slice(1)}`, 401],
  ['in capitals', `/carrier/attempts/${ATTEMPT.toUpperCase()}`, 401],
  ['with a query behind it', `/carrier/attempts/${ATTEMPT}?digit=7`, 401],
  ['with two slashes', `/carrier//attempts/${ATTEMPT}`, 404],
])('a signature is good for the path as it was signed, and not for the same one %s', async (_how, path, status) => {
  const signed = { path: `/carrier/attempts/${ATTEMPT}` };
  expect((await post({ path, signed })).statusCode).toBe(status);
  expect(heard).toEqual([]);
});

test('what was signed for a message is no report on an attempt, and the other way round', async () => {
  const message = JSON.stringify({ reportId: 'm1', from: '+861000000003', text: '1234' });
  expect((await post({ body: message, signed: { path: '/carrier/messages' } })).statusCode).toBe(401);
  const signed = { path: `/carrier/attempts/${ATTEMPT}` };
  expect((await post({ path: '/carrier/messages', body: message, signed })).statusCode).toBe(401);
  expect(heard).toEqual([]);
});

test('two signatures, or two timestamps, are none', async () => {
  const twice = (name: string) => post({ headers: { [name]: ['a', 'b'] as unknown as string } });
  for (const name of ['x-carrier-signature', 'x-carrier-timestamp']) expect((await twice(name)).statusCode).toBe(401);
  expect(heard).toEqual([]);
});

test('a timestamp within five minutes is believed', async () => {
  expect((await post({ ageMs: 5 * MINUTE - 1_000 })).statusCode).toBe(200);
});

test('a report on an attempt that nobody made is 404', async () => {
  expect((await post({ path: `/carrier/attempts/${OTHER_ATTEMPT}` })).statusCode).toBe(404);
});

test.each([
  ['an unknown event', { reportId: 'r1', event: 'sings' }, 'event'],
  ['a digit that is none', { reportId: 'r1', event: 'digit', digit: '77' }, 'digit'],
])('%s is refused by its field', async (_what, body, field) => {
  const response = await post({ body: JSON.stringify(body) });
  expect([response.statusCode, response.json<{ field: string }>().field]).toEqual([400, field]);
});

test('a body that is not JSON is refused after its signature was checked', async () => {
  expect((await post({ body: '{' })).statusCode).toBe(400);
  expect((await post({ body: '{', signed: { key: 'another key' } })).statusCode).toBe(401);
});

test('a text message that answers nothing is taken all the same', async () => {
  const body = JSON.stringify({ reportId: 'm1', from: '+861000000003', text: '收到', at: '2026-07-01T00:00:00Z' });
  const response = await post({ path: '/carrier/messages', body });
  expect([response.statusCode, response.json()]).toEqual([200, {}]);
  expect(heard).toEqual([{ from: '+861000000003', text: '收到', reportId: 'm1' }]);
});

test('without a configured carrier no report is believed', async () => {
  const closed = await testGateway(database, { carriers: carrierDoor(null) });
  const response = await closed.app.inject({ method: 'POST', url: '/carrier/messages', payload: {} });
  expect(response.statusCode).toBe(401);
});

import { beforeEach, expect, test } from 'vitest';
import { aliyunWebhook } from '../../alerting/channels/aliyun/aliyun-webhook.ts';
import { secretPath } from '../../alerting/channels/secret-path.ts';
import { tencentWebhook } from '../../alerting/channels/tencent/tencent-webhook.ts';
import { twilioSignature } from '../../alerting/channels/twilio/twilio-signature.ts';
import { twilioWebhook } from '../../alerting/channels/twilio/twilio-webhook.ts';
import { AppError } from '../../src/core/errors.ts';
import type { CarrierReplyBody } from '../../src/gateway/carrier-messages.ts';
import { testDatabase } from '../support/test-database.ts';
import { CLOSED_DESK, carrierDoor, testGateway } from './test-gateway.ts';

const ATTEMPT = '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0001';
const BEGINS = '7f8a4c8e31d54c0';
const TOKEN = 'token-of-the-test';
const SECRET = 'secret-of-the-test';
const PUBLIC = 'https://pond.example/tailwatch';
const BASE = `${PUBLIC}/carrier/vendors/tw`;

const heard: unknown[] = [];
const hungUp: unknown[] = [];
let reply: CarrierReplyBody = {};
const { app } = await testGateway(await testDatabase(), {
  publicUrl: new URL(PUBLIC),
  desk: {
    ...CLOSED_DESK,
    async report(attemptId, report, from) {
      heard.push({ attemptId, from, ...report });
      return reply;
    },
    async reply(from, text, reportId) {
      heard.push({ from, text, reportId });
      return null;
    },
    attemptOf: async (carrier, reference, begins) => {
      if (reference.startsWith('of others')) throw new AppError('attempt/not-found', 'there is no such attempt');
      heard.push({ carrier, reference, ...(begins !== undefined && { begins }) });
      return ATTEMPT;
    },
  },
  carriers: {
    ...carrierDoor(null),
    webhooks: new Map([
      ['tw', twilioWebhook({ base: BASE, authToken: TOKEN, voice: { language: 'zh-CN', voice: 'a' } })],
      ['ali', aliyunWebhook({ secret: SECRET })],
      ['tc', tencentWebhook({ secret: SECRET })],
    ]),
    hangUp: async (...call) => void hungUp.push(call),
  },
});
beforeEach(() => {
  heard.length = 0;
  hungUp.length = 0;
  reply = {};
});

const twilio = (path: string, fields: Readonly<Record<string, string>>, signature?: string) =>
  app.inject({
    method: 'POST',
    url: `/carrier/vendors/tw${path}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature ?? twilioSignature(TOKEN, BASE + path, fields),
    },
    payload: new URLSearchParams(fields).toString(),
  });
const json = (path: string, body: unknown) =>
  app.inject({ method: 'POST', url: `/carrier/vendors/${path}`, payload: body as object });

test('a key by Twilio is a report of that carrier, and the answer is what the line does next', async () => {
  reply = { say: '已确认。', hangup: true };
  const response = await twilio(`/attempts/${ATTEMPT}?step=1`, { CallSid: 'CA1', Digits: '7' });
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, expect.stringContaining('text/xml')]);
  expect(response.body).toContain('已确认。</Say><Hangup/>');
  expect(heard).toMatchObject([{ attemptId: ATTEMPT, from: 'tw', event: 'digit', digit: '7', id: 'CA1' }]);
  expect(hungUp).toEqual([]);
});

test('a call that nobody wants any more is ended by a request: Twilio hears no answer to its state', async () => {
  reply = { say: '无需操作。', hangup: true };
  await twilio(`/attempts/${ATTEMPT}`, { CallSid: 'CA1', CallStatus: 'in-progress' });
  expect(hungUp).toEqual([['tw', 'CA1']]);
});

test('what is not signed for this very address is not believed, nor a carrier that is not there', async () => {
  const fields = { CallSid: 'CA1', CallStatus: 'ringing' };
  expect((await twilio(`/attempts/${ATTEMPT}`, fields, 'forged')).statusCode).toBe(401);
  const elsewhere = twilioSignature(TOKEN, `${BASE}/attempts/7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0002`, fields);
  expect((await twilio(`/attempts/${ATTEMPT}`, fields, elsewhere)).statusCode).toBe(401);
  expect((await json('nobody/x', [])).statusCode).toBe(401);
  expect((await json('ali/guessed', [])).statusCode).toBe(401);
  expect(heard).toEqual([]);
});

test('Aliyun tells several at once, and is answered in its own words', async () => {
  const of = { call_id: '1^1', out_id: BEGINS };
  const response = await json(`ali/${secretPath(SECRET)}`, [
    { ...of, status_code: '200201' },
    { ...of, status_code: '200102' },
  ]);
  expect([response.statusCode, response.json()]).toEqual([200, { code: 0, msg: 'ok' }]);
  expect(heard).toMatchObject([
    { carrier: 'ali', reference: '1^1', begins: BEGINS },
    { event: 'ringing', from: 'ali', attemptId: ATTEMPT },
    { reference: '1^1' },
    { event: 'answered' },
  ]);
});

test('one that nobody knows yet keeps none of those beside it from being heard, and is told again', async () => {
  const states = [
    { sid: 'of others', report_status: 'SUCCESS' },
    { sid: 'sms-1', report_status: 'SUCCESS' },
  ];
  expect((await json(`tc/${secretPath(SECRET)}`, states)).statusCode).toBe(404);
  expect(heard).toMatchObject([{ reference: 'sms-1' }, { event: 'delivered' }]);
});

test('Tencent Cloud names calls by its own names: the attempt is found by it', async () => {
  const key = { voicekey_callback: { callid: 'call-1', keypress: '7', mobile: '1', nationcode: '86' } };
  expect((await json(`tc/${secretPath(SECRET)}`, key)).json()).toEqual({ result: 0, errmsg: 'OK' });
  expect(heard).toMatchObject([
    { carrier: 'tc', reference: 'call-1' },
    { attemptId: ATTEMPT, event: 'digit', digit: '7', from: 'tc' },
  ]);
});

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acsSigned } from '../../../alerting/channels/aliyun/acs-signature.ts';
import { aliyunSms } from '../../../alerting/channels/aliyun/aliyun-sms.ts';
import { aliyunVoice } from '../../../alerting/channels/aliyun/aliyun-voice.ts';
import { aliyunWebhook } from '../../../alerting/channels/aliyun/aliyun-webhook.ts';
import { secretPath } from '../../../alerting/channels/secret-path.ts';
import { instant } from '../../../src/core/time.ts';
import { startVendor } from '../../support/vendor-server.ts';
import type { VendorAnswer, VendorRequest, VendorServer } from '../../support/vendor-server.ts';

const ATTEMPT = '0b9c2d1e-1111-4222-8333-444455556666';
const ACCOUNT = { accessKeyId: 'LTAI-test', accessKeySecret: 'secret-of-the-test' };
const NOW = instant(Date.UTC(2026, 6, 1));
const SLOTS = { site: '示范尾矿库', level: '红色', place: '三号断面浸润线', code: '7' };
const request = { attemptId: ATTEMPT, to: '+8610000000042', text: 'not used', slots: SLOTS };

let server: VendorServer;
let answers: Record<string, VendorAnswer>;
beforeEach(async () => {
  answers = {};
  server = await startVendor((asked) => {
    const { headers } = asked;
    if (headers.authorization !== dueFor(asked)) return { status: 400, body: { Code: 'SignatureDoesNotMatch' } };
    return answers[String(headers['x-acs-action'])] ?? { body: { Code: 'isv.INVALID_PARAMETERS' } };
  });
});
afterEach(() => server[Symbol.asyncDispose]());

/** What the request must be signed with, of what came over the wire. */
const dueFor = ({ headers, query, body }: VendorRequest): string | undefined => {
  expect(headers['x-acs-content-sha256']).toBe(createHash('sha256').update(body).digest('hex'));
  return acsSigned({
    host: headers.host ?? '',
    action: String(headers['x-acs-action']),
    version: String(headers['x-acs-version']),
    query,
    date: String(headers['x-acs-date']),
    nonce: String(headers['x-acs-signature-nonce']),
    ...ACCOUNT,
  }).headers['authorization'];
};

const clock = { now: () => NOW };
const voice = (more: Partial<Parameters<typeof aliyunVoice>[0]> = {}) =>
  aliyunVoice({
    ...ACCOUNT,
    clock,
    showNumber: '057100000000',
    template: 'TTS_1',
    keyTemplate: 'TTS_2',
    wrongKeyTemplate: 'TTS_3',
    slotLength: 6,
    url: server.url,
    ...more,
  });
const sms = () =>
  aliyunSms({ ...ACCOUNT, clock, signName: '示范', template: 'SMS_1', slotLength: 20, url: server.url });

describe('a call by Aliyun', () => {
  it('fills the template: places are cut, level and key never; the right key has an answer of its own', async () => {
    answers['IvrCall'] = { body: { Code: 'OK', CallId: '116^1' } };
    expect(await voice().call(request)).toBe('116^1');
    const query = server.requests[0]?.query ?? {};
    expect(query).toMatchObject({
      CalledNumber: '10000000042',
      CalledShowNumber: '057100000000',
      StartCode: 'TTS_1',
      OutId: ATTEMPT,
      PlayTimes: '3',
    });
    expect(JSON.parse(query['StartTtsParams'] ?? '')).toEqual({
      site: '示范尾矿库',
      level: '红色',
      place: '三号断面浸…',
      code: '7',
    });
    const keys = Array.from({ length: 10 }, (_, i) => [
      query[`MenuKeyMap.${String(i + 1)}.Key`],
      query[`MenuKeyMap.${String(i + 1)}.Code`],
    ]);
    expect(keys.filter(([, code]) => code === 'TTS_2')).toEqual([['7', 'TTS_2']]);
    expect(keys.filter(([, code]) => code === 'TTS_3')).toHaveLength(9);
  });

  it('is refused by what will not change, and may be taken later after what passes', async () => {
    for (const [code, then] of [
      ['isv.BUSINESS_LIMIT_CONTROL', 'carrier/refused'],
      ['isv.TTS_TEMPLATE_ILLEGAL', 'carrier/refused'],
      ['isp.SYSTEM_ERROR', 'carrier/unreachable'],
      ['Throttling.User', 'carrier/unreachable'],
    ] as const) {
      answers['IvrCall'] = { body: { Code: code } };
      await expect(voice().call(request)).rejects.toMatchObject({ code: then, facts: { code } });
    }
    const wrongKey = voice({ accessKeySecret: 'another' });
    await expect(wrongKey.call(request)).rejects.toMatchObject({ facts: { code: 'SignatureDoesNotMatch' } });
    await expect(voice().call({ ...request, slots: undefined as never })).rejects.toMatchObject({
      code: 'carrier/refused',
    });
  });

  it('E19 tells, when it is asked, how it ended and which keys were pressed', async () => {
    const open = [{ attemptId: ATTEMPT, reference: '116^1', medium: 'voice', phone: request.to, askedAt: NOW }];
    answers['QueryCallDetailByCallId'] = { body: { Code: 'OK', Data: '{"state":"200000","dtmf":"37"}' } };
    expect((await voice().receipts?.(open))?.map((one) => ('report' in one ? one.report.event : one))).toEqual([
      'digit',
      'digit',
      'ended',
    ]);
    answers['QueryCallDetailByCallId'] = { body: { Code: 'OK', Data: '{"state":""}' } };
    expect(await voice().receipts?.(open)).toEqual([]);
  });

  it('looked after, an account that cannot call says so; what else it refuses proves the way there', async () => {
    expect((await voice().about()).unable).toBeUndefined();
    answers['QueryCallDetailByCallId'] = { body: { Code: 'isv.AMOUNT_NOT_ENOUGH' } };
    expect((await voice().about()).unable).toBe('isv.AMOUNT_NOT_ENOUGH');
    expect((await voice({ accessKeySecret: 'another' }).about()).unable).toBe('SignatureDoesNotMatch');
  });
});

describe('a message by Aliyun', () => {
  it('fills the template, and is found again by its name', async () => {
    answers['SendSms'] = { body: { Code: 'OK', BizId: '900^0' } };
    expect(await sms().message(request)).toBe('900^0');
    expect(server.requests[0]?.query).toMatchObject({ PhoneNumbers: '10000000042', SignName: '示范', OutId: ATTEMPT });
    const open = [{ attemptId: ATTEMPT, reference: '900^0', medium: 'sms', phone: request.to, askedAt: NOW }];
    for (const [SendStatus, events] of [
      [1, []],
      [2, ['undelivered']],
      [3, ['delivered']],
    ] as const) {
      answers['QuerySendDetails'] = {
        body: { Code: 'OK', SmsSendDetailDTOs: { SmsSendDetailDTO: [{ SendStatus }] } },
      };
      expect((await sms().receipts?.(open))?.map((one) => ('report' in one ? one.report.event : one))).toEqual(events);
    }
    expect(server.requests.at(-1)?.query).toMatchObject({ SendDate: '20260701', BizId: '900^0' });
  });
});

describe('what Aliyun posts', () => {
  const webhook = aliyunWebhook({ secret: 'secret-of-the-test' });
  const url = `https://pond.example/carrier/vendors/a/${secretPath('secret-of-the-test')}`;
  const hear = (said: unknown, to = url) =>
    webhook.hear({ url: to, headers: {}, body: new TextEncoder().encode(JSON.stringify(said)) });
  const events = (said: unknown) => hear(said).map((one) => ('report' in one ? one.report.event : one));

  it('is believed by the secret in its path alone, from which the key cannot be read', () => {
    expect(() => hear([], 'https://pond.example/carrier/vendors/a/guess')).toThrow(/secret/u);
    expect(() => hear({ no: 'array' })).toThrow(/nothing that Aliyun reports/u);
    expect(url).not.toContain('secret-of-the-test');
  });

  it('tells a call as it goes on, its keys, and its end', () => {
    const of = { call_id: '116^1', out_id: ATTEMPT, status_time: '2026-07-01 08:00:00' };
    expect(events([{ ...of, status_code: '200201' }])).toEqual(['ringing']);
    expect(events([{ ...of, status_code: '200102' }])).toEqual(['answered']);
    expect(events([{ ...of, status_code: '300000', dtmf: '7' }])).toEqual(['digit']);
    expect(events([{ ...of, status_code: '200100' }])).toEqual(['ended']);
    const end = { ...of, end_time: '2026-07-01 08:01:00' };
    expect(events([{ ...end, status_code: '200002' }])).toEqual(['busy']);
    expect(events([{ ...end, status_code: '200010' }])).toEqual(['no-answer']);
    expect(events([{ ...end, status_code: '200004' }])).toEqual(['failed']);
    expect(events([{ ...end, status_code: '200000', dtmf: '7' }])).toEqual(['digit', 'ended']);
  });

  it('a key that is told on the way and again at the end is one report', () => {
    const of = { call_id: '116^1', out_id: ATTEMPT, dtmf: '7' };
    const [early] = hear([{ ...of, status_code: '300000' }]);
    const late = hear([{ ...of, dtmf: '37', status_code: '200000', end_time: '2026-07-01 08:01:00' }]);
    expect(late).toContainEqual(early);
  });

  it('tells messages, replies, and nothing of others who share the account', () => {
    expect(events([{ biz_id: '9^0', out_id: ATTEMPT, success: true, phone_number: '10000000042' }])).toEqual([
      'delivered',
    ]);
    expect(events([{ biz_id: '9^0', out_id: 'theirs', success: false }])).toEqual([]);
    expect(hear([{ phone_number: '10000000042', content: '4711', sequence_id: 5, send_time: 'x' }])).toEqual([
      { from: '+8610000000042', text: '4711', reportId: '10000000042:5' },
    ]);
  });
});

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
/** As much of it as a call carries. */
const OUT_ID = '0b9c2d1e1111422';
const ACCOUNT = { accessKeyId: 'LTAI-test', accessKeySecret: 'secret-of-the-test' };
const NOW = instant(Date.UTC(2026, 6, 1));
const SLOTS = {
  purpose: 'call',
  values: { site: '示范尾矿库', level: '红色', place: '三号断面浸润线', code: '7' },
} as const;
const LEAVE = {
  purpose: 'evacuation',
  values: { site: '示范尾矿库', route: '沿北坡公路', assembly: '村小学操场' },
} as const;
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
    templates: {
      call: { said: 'TTS_1', afterKey: 'TTS_2' },
      proof: { said: 'TTS_4', afterKey: 'TTS_5' },
      evacuation: { said: 'TTS_6', afterKey: 'TTS_7' },
    },
    wrongKeyTemplate: 'TTS_3',
    slotLength: 6,
    url: server.url,
    balanceUrl: server.url,
    ...more,
  });
const sms = () =>
  aliyunSms({
    ...ACCOUNT,
    clock,
    signName: '示范',
    templates: { call: 'SMS_1', cleared: 'SMS_3' },
    slotLength: 20,
    url: server.url,
    balanceUrl: server.url,
  });

describe('a call by Aliyun', () => {
  it('fills the template: places are cut, level and key never; the right key has an answer of its own', async () => {
    answers['IvrCall'] = { body: { Code: 'OK', CallId: '116^1' } };
    expect(await voice().call(request)).toBe('116^1');
    const query = server.requests[0]?.query ?? {};
    expect(query).toMatchObject({
      CalledNumber: '10000000042',
      CalledShowNumber: '057100000000',
      StartCode: 'TTS_1',
      // They keep no more than fifteen characters.
      OutId: OUT_ID,
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

  it('to leave has a template of its own, and each key that says where somebody is its word; a proof has its one key', async () => {
    answers['IvrCall'] = { body: { Code: 'OK', CallId: '116^1' } };
    await voice().call({ ...request, slots: LEAVE });
    const query = server.requests[0]?.query ?? {};
    expect(query).toMatchObject({ StartCode: 'TTS_6' });
    expect(JSON.parse(query['StartTtsParams'] ?? '')).toEqual({
      site: '示范尾矿库',
      route: '沿北坡公路',
      assembly: '村小学操场',
    });
    expect(menuOf(query).filter(([, code]) => code === 'TTS_7')).toEqual([
      ['1', 'TTS_7', '{"word":"已安全"}'],
      ['2', 'TTS_7', '{"word":"正在途中"}'],
      ['3', 'TTS_7', '{"word":"需要帮助"}'],
    ]);
    await voice().call({ ...request, slots: { purpose: 'proof', values: { site: '示范尾矿库', code: '4' } } });
    const proof = server.requests[1]?.query ?? {};
    expect(proof).toMatchObject({ StartCode: 'TTS_4', StartTtsParams: '{"site":"示范尾矿库","code":"4"}' });
    expect(menuOf(proof).filter(([, code]) => code === 'TTS_5')).toEqual([['4', 'TTS_5', undefined]]);
  });

  it('for which there is no template is refused, and nothing is asked: another carrier may have one', async () => {
    const slots = { ...LEAVE, purpose: 'evacuation-drill' } as const;
    await expect(voice().call({ ...request, slots })).rejects.toMatchObject({
      code: 'carrier/refused',
      facts: { code: 'no-template:evacuation-drill' },
    });
    expect(server.requests).toEqual([]);
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

/** Keys of a call with what is said after each. */
const menuOf = (query: Readonly<Record<string, string>>) =>
  Array.from({ length: 10 }, (_, i) => {
    const key = `MenuKeyMap.${String(i + 1)}`;
    return [query[`${key}.Key`], query[`${key}.Code`], query[`${key}.TtsParams`]];
  });

describe('the balance of an account at Aliyun', () => {
  const left = { Code: '200', Success: true, Data: { AvailableAmount: '1000.19', Currency: 'CNY' } };

  it('is asked of its billing, signed, at most every ten minutes', async () => {
    let now = NOW;
    answers['QueryAccountBalance'] = { body: left };
    const line = voice({ clock: { now: () => now } });
    expect((await line.about()).balance).toBe('1000.19 CNY');
    await line.about();
    const asked = () =>
      server.requests.filter(({ headers }) => headers['x-acs-action'] === 'QueryAccountBalance').length;
    expect(asked()).toBe(1);
    expect(server.requests[0]?.headers['x-acs-version']).toBe('2017-12-14');
    now = instant(now + 600_000);
    await line.about();
    expect(asked()).toBe(2);
  });

  it('may be none of our business: the carrier is well all the same, and says why it cannot be read', async () => {
    answers['QueryAccountBalance'] = { status: 400, body: { Code: 'NotAuthorized' } };
    expect(await sms().about()).toEqual({
      name: '阿里云短信 示范 (balance not readable: NotAuthorized)',
      simulated: false,
      page: null,
    });
  });
});

describe('a message by Aliyun', () => {
  it('that readings have fallen back asks for nothing: its template has the site alone', async () => {
    answers['SendSms'] = { body: { Code: 'OK', BizId: '900^0' } };
    const slots = { purpose: 'cleared', values: SLOTS.values } as const;
    await sms().message({ ...request, slots });
    expect(server.requests[0]?.query).toMatchObject({
      TemplateCode: 'SMS_3',
      TemplateParam: '{"site":"示范尾矿库"}',
    });
  });

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

  it('tells a call as it goes on, its keys, and its end, by its own name and the beginning of ours', () => {
    const of = { call_id: '116^1', out_id: OUT_ID, status_time: '2026-07-01 08:00:00' };
    expect(events([{ ...of, status_code: '200201' }])).toEqual(['ringing']);
    expect(hear([{ ...of, status_code: '200201' }])).toMatchObject([{ reference: '116^1', begins: OUT_ID }]);
    expect(hear([{ ...of, out_id: 'theirs', status_code: '200201' }])).toEqual([]);
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
    const of = { call_id: '116^1', out_id: OUT_ID, dtmf: '7' };
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

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretPath } from '../../../alerting/channels/secret-path.ts';
import { tc3Authorization } from '../../../alerting/channels/tencent/tc3-signature.ts';
import { tencentSms } from '../../../alerting/channels/tencent/tencent-sms.ts';
import { tencentVoice } from '../../../alerting/channels/tencent/tencent-voice.ts';
import { tencentWebhook } from '../../../alerting/channels/tencent/tencent-webhook.ts';
import { instant } from '../../../src/core/time.ts';
import { startVendor } from '../../support/vendor-server.ts';
import type { VendorServer } from '../../support/vendor-server.ts';

const ATTEMPT = '0b9c2d1e-1111-4222-8333-444455556666';
const ACCOUNT = { secretId: 'AKID-test', secretKey: 'secret-of-the-test' };
const NOW = instant(Date.UTC(2026, 6, 1));
const SLOTS = {
  purpose: 'call',
  values: { site: '示范尾矿库', level: '红色', place: '三号断面浸润线', code: '7' },
} as const;
const request = { attemptId: ATTEMPT, to: '+8610000000042', text: 'not used', slots: SLOTS };

/** Each API by its version. */
const SERVICES: Readonly<Record<string, string>> = {
  '2021-01-11': 'sms',
  '2020-09-02': 'vms',
  '2018-07-09': 'billing',
};
let server: VendorServer;
let answers: Record<string, unknown>;
beforeEach(async () => {
  answers = {};
  server = await startVendor(({ headers, body }) => {
    const due = tc3Authorization({
      host: '127.0.0.1',
      service: SERVICES[String(headers['x-tc-version'])] ?? 'none',
      payload: body,
      timestamp: Number(headers['x-tc-timestamp']),
      ...ACCOUNT,
    });
    if (headers.authorization !== due)
      return { body: { Response: { Error: { Code: 'AuthFailure.SignatureFailure' } } } };
    const answer = answers[String(headers['x-tc-action'])];
    return { body: { Response: answer ?? { Error: { Code: 'FailedOperation.TemplateIncorrectOrUnapproved' } } } };
  });
});
afterEach(() => server[Symbol.asyncDispose]());

const of = { ...ACCOUNT, region: 'ap-guangzhou', clock: { now: () => NOW }, appId: '1400000000', slotLength: 20 };
const voice = (secretKey = ACCOUNT.secretKey) =>
  tencentVoice({
    ...of,
    secretKey,
    templates: { call: '1', evacuation: '3' },
    url: server.url,
    balanceUrl: server.url,
  });
const sms = () =>
  tencentSms({
    ...of,
    templates: { call: '2', gaps: '4' },
    signName: '示范',
    url: server.url,
    balanceUrl: server.url,
  });
const asked = (): unknown => JSON.parse(server.requests[0]?.body ?? '');

describe('by Tencent Cloud', () => {
  it('a call fills the template in the order site, level, place, code', async () => {
    answers['SendTtsVoice'] = { SendStatus: { CallId: 'call-1' } };
    expect(await voice().call(request)).toBe('call-1');
    expect(asked()).toEqual({
      TemplateId: '1',
      CalledNumber: '+8610000000042',
      VoiceSdkAppid: '1400000000',
      TemplateParamSet: ['示范尾矿库', '红色', '三号断面浸润线', '7'],
      PlayTimes: 3,
      SessionContext: ATTEMPT,
    });
  });

  it('what is said besides has templates of its own; what has none is refused', async () => {
    answers['SendTtsVoice'] = { SendStatus: { CallId: 'call-1' } };
    const leave = {
      purpose: 'evacuation',
      values: { site: '示范尾矿库', route: '沿北坡公路', assembly: '村小学操场' },
    } as const;
    await voice().call({ ...request, slots: leave });
    expect(asked()).toMatchObject({ TemplateId: '3', TemplateParamSet: ['示范尾矿库', '沿北坡公路', '村小学操场'] });
    answers['SendSms'] = { SendStatusSet: [{ SerialNo: 'sms-1', Code: 'Ok' }] };
    const gaps = { purpose: 'gaps', values: { site: '示范尾矿库', count: '3', first: '2026-07-04 08:00' } } as const;
    await sms().message({ ...request, slots: gaps });
    expect(JSON.parse(server.requests[1]?.body ?? '')).toMatchObject({
      TemplateId: '4',
      TemplateParamSet: ['示范尾矿库', '3', '2026-07-04 08:00'],
    });
    await expect(sms().message({ ...request, slots: leave })).rejects.toMatchObject({
      facts: { code: 'no-template:evacuation' },
    });
  });

  it('the balance of the account is asked of its billing, in hundredths; where it may not be, that is said', async () => {
    answers['DescribeAccountBalance'] = { RealBalance: 9_647_442 };
    expect((await voice().about()).balance).toBe('96474.42 CNY');
    answers['DescribeAccountBalance'] = { Error: { Code: 'UnauthorizedOperation' } };
    expect(await sms().about()).toMatchObject({
      name: '腾讯云短信 示范 (balance not readable: UnauthorizedOperation)',
    });
  });

  it('an error is a refusal, save what passes; another account says so when it is looked after', async () => {
    await expect(voice().call(request)).rejects.toMatchObject({ code: 'carrier/refused' });
    answers['SendTtsVoice'] = { Error: { Code: 'RequestLimitExceeded' } };
    await expect(voice().call(request)).rejects.toMatchObject({ code: 'carrier/unreachable' });
    await expect(voice('another').call(request)).rejects.toMatchObject({
      facts: { code: 'AuthFailure.SignatureFailure' },
    });
    expect((await voice('another').about()).unable).toBe('AuthFailure.SignatureFailure');
    answers = {};
    expect((await voice().about()).unable).toBeUndefined();
  });

  it('a message is taken or refused by what is said of its one number', async () => {
    answers['SendSms'] = { SendStatusSet: [{ SerialNo: 'sms-1', Code: 'Ok' }] };
    expect(await sms().message(request)).toBe('sms-1');
    answers['SendSms'] = { SendStatusSet: [{ SerialNo: '', Code: 'LimitExceeded.PhoneNumberDailyLimit' }] };
    await expect(sms().message(request)).rejects.toMatchObject({ code: 'carrier/refused' });
  });

  it('E19 what it is asked for is told: states of our messages, and replies', async () => {
    answers['PullSmsSendStatus'] = {
      PullSmsSendStatusSet: [
        { SerialNo: 'sms-1', ReportStatus: 'SUCCESS' },
        { SerialNo: 'of others', ReportStatus: 'FAIL' },
      ],
    };
    answers['PullSmsReplyStatus'] = {
      PullSmsReplyStatusSet: [{ PhoneNumber: request.to, ReplyContent: '4711', ReplyUnixTime: 1_782_864_000 }],
    };
    expect(await sms().receipts?.([])).toEqual([
      { reference: 'sms-1', report: { reportId: 'sms-1:delivered', id: 'sms-1', event: 'delivered' } },
      {
        reference: 'of others',
        report: { reportId: 'of others:undelivered', id: 'of others', event: 'undelivered' },
      },
      { from: request.to, text: '4711', reportId: '1782864000:4711' },
    ]);
  });
});

describe('what Tencent Cloud posts', () => {
  const webhook = tencentWebhook({ secret: 'secret-of-the-test' });
  const url = `https://pond.example/carrier/vendors/t/${secretPath('secret-of-the-test')}`;
  const hear = (said: unknown, to = url) =>
    webhook.hear({ url: to, headers: {}, body: new TextEncoder().encode(JSON.stringify(said)) });

  it('is believed by the secret in its path alone', () => {
    expect(() => hear({}, 'https://pond.example/carrier/vendors/t/guess')).toThrow(/secret/u);
    expect(() => hear('nothing')).toThrow(/nothing that Tencent Cloud reports/u);
  });

  it.each([
    [{ voicekey_callback: { callid: 'c', keypress: '7', mobile: '1', nationcode: '86' } }, 'digit'],
    [{ voiceprompt_callback: { callid: 'c', result: '0' } }, 'ended'],
    [{ voiceprompt_callback: { callid: 'c', result: '1' } }, 'no-answer'],
    [{ voice_failure_callback: { callid: 'c', failure_code: 8, failure_reason: '空号' } }, 'failed'],
    [[{ sid: 'c', report_status: 'SUCCESS', mobile: '1' }], 'delivered'],
    [[{ sid: 'c', report_status: 'FAIL', mobile: '1' }], 'undelivered'],
  ])('%j is %s, of the attempt that it has this name for', (said, event) => {
    expect(hear(said)).toMatchObject([{ reference: 'c', report: { event, id: 'c' } }]);
  });

  it('a reply is a message', () => {
    expect(hear({ nationcode: '86', mobile: '10000000042', text: '4711', time: 5 })).toEqual([
      { from: '+8610000000042', text: '4711', reportId: '5:4711' },
    ]);
  });
});

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
const SLOTS = { site: '示范尾矿库', level: '红色', place: '三号断面浸润线', code: '7' };
const request = { attemptId: ATTEMPT, to: '+8610000000042', text: 'not used', slots: SLOTS };

let server: VendorServer;
let answers: Record<string, unknown>;
beforeEach(async () => {
  answers = {};
  server = await startVendor(({ headers, body }) => {
    const due = tc3Authorization({
      host: '127.0.0.1',
      service: String(headers['x-tc-version']) === '2021-01-11' ? 'sms' : 'vms',
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
const voice = (secretKey = ACCOUNT.secretKey) => tencentVoice({ ...of, secretKey, template: '1', url: server.url });
const sms = () => tencentSms({ ...of, template: '2', signName: '示范', url: server.url });
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
    const open = [{ attemptId: ATTEMPT, reference: 'sms-1', medium: 'sms', phone: request.to, askedAt: NOW }];
    expect(await sms().receipts?.(open)).toEqual([
      { attemptId: ATTEMPT, report: { reportId: 'sms-1:delivered', id: 'sms-1', event: 'delivered' } },
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

import { expect, test } from 'vitest';
import { acsSigned } from '../../../alerting/channels/aliyun/acs-signature.ts';
import { tc3Authorization } from '../../../alerting/channels/tencent/tc3-signature.ts';
import { isSignedByTwilio, twilioSignature } from '../../../alerting/channels/twilio/twilio-signature.ts';

const ATTEMPT = '0b9c2d1e-1111-4222-8333-444455556666';

// Each value was made by the vendor's own kit from the same input, and is frozen here.
test('Twilio: as getExpectedTwilioSignature of twilio 6.3.1', () => {
  const token = '12345678901234567890123456789012';
  const url = `https://pond.example/carrier/twilio/tw/attempts/${ATTEMPT}?step=digit`;
  const form = {
    CallSid: 'CA00000000000000000000000000000001',
    Digits: '7',
    From: '+861000000042',
    To: '+861000000001',
    Caller: '甲 &=',
  };
  expect(twilioSignature(token, url, form)).toBe('o/0g6/Z0MQBKXB8GrD0+spk0m/Y=');
  expect(twilioSignature(token, 'https://pond.example/carrier/twilio/tw/attempts/x', {})).toBe(
    'DB3EE8ocUFoApMEeWQUJLBWqV5Q=',
  );
  expect(isSignedByTwilio(token, url, form, 'o/0g6/Z0MQBKXB8GrD0+spk0m/Y=')).toBe(true);
  for (const forged of [undefined, '', 'o/0g6/Z0MQBKXB8GrD0+spk0m/Y', 'A/0g6/Z0MQBKXB8GrD0+spk0m/Y='])
    expect(isSignedByTwilio(token, url, form, forged)).toBe(false);
  expect(isSignedByTwilio(token, url, { ...form, Digits: '8' }, 'o/0g6/Z0MQBKXB8GrD0+spk0m/Y=')).toBe(false);
});

test('Aliyun: as getAuthorization (ACS3-HMAC-SHA256) of @alicloud/openapi-util 0.3.3', () => {
  const { headers } = acsSigned({
    host: 'dyvmsapi.aliyuncs.com',
    action: 'SingleCallByTts',
    version: '2017-05-25',
    query: {
      CalledNumber: '1000000042',
      TtsParam: '{"site":"示范尾矿库","level":"红色"}',
      TtsCode: 'TTS_1',
      OutId: "0b9c2d1e-1111 *~'()!",
    },
    date: '2026-07-01T00:00:00Z',
    nonce: ATTEMPT,
    accessKeyId: 'LTAI-test',
    accessKeySecret: 'secret-of-the-test',
  });
  expect(headers['authorization']).toBe(
    'ACS3-HMAC-SHA256 Credential=LTAI-test,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;' +
      'x-acs-signature-nonce;x-acs-version,Signature=e5f4f521335ab78ac5d608348f668452bbbe24e3e7b3bf9397a8b130037e600d',
  );
});

test('Tencent Cloud: as sign3 (TC3-HMAC-SHA256) of tencentcloud-sdk-nodejs-common 4.1.220', () => {
  const body = {
    TemplateId: '4356',
    CalledNumber: '+861000000042',
    VoiceSdkAppid: '1400006666',
    TemplateParamSet: ['示范尾矿库', '红色'],
    PlayTimes: 3,
    SessionContext: '0b9c2d1e',
  };
  const authorization = tc3Authorization({
    host: 'vms.tencentcloudapi.com',
    service: 'vms',
    payload: JSON.stringify(body),
    timestamp: 1_782_864_000,
    secretId: 'AKID-test',
    secretKey: 'secret-of-the-test',
  });
  expect(authorization).toBe(
    'TC3-HMAC-SHA256 Credential=AKID-test/2026-07-01/vms/tc3_request, SignedHeaders=content-type;host, ' +
      'Signature=59a1b96ffb2e83aa1deb32ae1e746a770a9ddd94f7a3b36aa742790c912c842a',
  );
});

import { fileURLToPath } from 'node:url';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { carriage } from '../../src/app/carriers.ts';
import { missingTemplates } from '../../src/app/carrier-news.ts';
import { instant } from '../../src/core/time.ts';

const SAMPLE = fileURLToPath(new URL('../../config/carriers.yaml', import.meta.url));
const SECRETS = {
  ALIYUN_ACCESS_KEY_ID: 'LTAI-test',
  ALIYUN_ACCESS_KEY_SECRET: 'secret-1',
  TENCENT_SECRET_ID: 'AKID-test',
  TENCENT_SECRET_KEY: 'secret-2',
  TWILIO_ACCOUNT_SID: 'AC-test',
  TWILIO_AUTH_TOKEN: 'secret-3',
  BRIDGE_KEY: 'secret-4',
  SMTP_URL: 'smtp://127.0.0.1:1',
};
const around = { clock: { now: () => instant(0) }, publicUrl: 'https://pond.example', env: SECRETS };
const from = (carriersFile: string, env: Readonly<Record<string, string>> = SECRETS) =>
  carriage({ carrierUrl: null, carrierKey: null, carriersFile }, { ...around, env });
const fileOf = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'carriers-')), 'carriers.yaml');
  writeFileSync(file, text);
  return file;
};

test('the sample has every kind, in the order in which they are asked', () => {
  const { carriers, webhooks, addresses, keys, polled } = from(SAMPLE);
  const of = (medium: string) =>
    carriers.filter(({ media }) => (media as readonly string[]).includes(medium)).map(({ name }) => name);
  expect(of('voice')).toEqual(['aliyun-voice', 'tencent-voice', 'twilio', 'bridge']);
  expect(of('sms')).toEqual(['aliyun-sms', 'tencent-sms', 'twilio']);
  expect([of('mail'), of('siren')]).toEqual([['mail'], ['dam-siren']]);
  expect([...webhooks.keys()]).toEqual(['aliyun-voice', 'tencent-voice', 'tencent-sms', 'twilio']);
  expect([...keys]).toEqual([['bridge', 'secret-4']]);
  expect([...polled]).toEqual(['aliyun-sms']);
  expect(addresses.get('twilio')).toBe('https://pond.example/carrier/vendors/twilio/messages');
  // What is told by hand to a vendor that signs nothing holds a secret, and not the one it is made of.
  expect(addresses.get('aliyun-voice')).toMatch(/\/carrier\/vendors\/aliyun-voice\/[\w-]{32}$/u);
  expect(JSON.stringify([...addresses])).not.toMatch(/secret-/u);
  expect(carriers.filter(({ keepsKeys }) => keepsKeys).map(({ name }) => name)).toEqual(['bridge', 'dam-siren']);
});

test('a secret that is missing is named, and never found in the file itself', () => {
  const { TWILIO_AUTH_TOKEN: _gone, ...others } = SECRETS;
  expect(() => from(SAMPLE, others)).toThrow('carrier twilio: TWILIO_AUTH_TOKEN is missing');
  const inline = 'carriers: [{ name: a, kind: http, url: "https://a.example", key: my-secret-key }]';
  expect(() => from(fileOf(inline))).toThrow(/a secret never stands here/u);
  expect(() => from(fileOf(inline))).not.toThrow(/my-secret-key/u);
});

test('a fault is told with its place; two of one name are one too many', () => {
  expect(() => from(fileOf('carriers: [{ name: a, kind: pigeon }]'))).toThrow(/kind/u);
  expect(() => from(fileOf('carriers: [{ name: a, kind: http, url: "https://a.example" }]'))).toThrow(
    /carriers\[0\]\.key/u,
  );
  const one = '{ name: a, kind: http, url: "https://a.example", key: env:BRIDGE_KEY }';
  expect(() => from(fileOf(`carriers: [${one}, ${one}]`))).toThrow('each name must be given once');
  expect(() => from('/nowhere/carriers.yaml')).toThrow(/CARRIERS_FILE \/nowhere\/carriers.yaml/u);
});

test('CARRIER_URL is one carrier of calls and messages, without limits', () => {
  const { carriers, keys } = carriage(
    { carrierUrl: 'http://127.0.0.1:1', carrierKey: 'a-key-of-the-test', carriersFile: null },
    around,
  );
  expect(carriers).toMatchObject([{ name: 'http', media: ['voice', 'sms'], keepsKeys: true }]);
  expect([...keys]).toEqual([['http', 'a-key-of-the-test']]);
  expect(carriage({ carrierUrl: null, carrierKey: null, carriersFile: null }, around).carriers).toEqual([]);
});

test('a carrier says what it has no template for, and what no carrier of its medium can say is told apart', () => {
  expect(missingTemplates(from(SAMPLE).carriers)).toEqual({ each: [], none: [] });
  const bare =
    '{ name: a, kind: tencent-sms, secretId: env:TENCENT_SECRET_ID, secretKey: env:TENCENT_SECRET_KEY, appId: "1", signName: s, templates: { call: "1", cleared: "2" } }';
  const alone = from(fileOf(`carriers: [${bare}]`)).carriers;
  const missing = ['news', 'released', 'gaps', 'evacuation', 'evacuation-drill'];
  expect(missingTemplates(alone)).toEqual({
    each: [{ carrier: 'a', missing }],
    none: [{ medium: 'sms', missing }],
  });
  const bridge = '{ name: b, kind: http, url: "https://b.example", key: env:BRIDGE_KEY }';
  expect(missingTemplates(from(fileOf(`carriers: [${bare}, ${bridge}]`)).carriers)).toEqual({
    each: [{ carrier: 'a', missing }],
    none: [],
  });
  expect(() => from(fileOf(`carriers: [${bare.replace('call: "1", ', '')}]`))).toThrow(/templates\.call/u);
});

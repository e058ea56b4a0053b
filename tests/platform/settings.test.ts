import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  SETTINGS,
  httpUrl,
  isSetting,
  readSetting,
  readSettings,
  settingFilesRead,
} from '../../src/platform/settings.ts';

const DATABASE_URL = 'postgresql://tailwatch:geheim@127.0.0.1:5432/tailwatch';

function faultsOf(env: Record<string, string>, needs = { broker: false }): string[] {
  try {
    readSettings(env, needs);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

test('what is not set has its default', () => {
  expect(readSettings({ DATABASE_URL })).toMatchObject({
    databaseUrl: DATABASE_URL,
    host: '127.0.0.1',
    port: 8080,
    publicUrl: 'http://127.0.0.1:8080',
    mqttUrl: null,
    mqttListen: null,
    carrierUrl: null,
    clockOffsetMs: 0,
    judgeTickMs: 1000,
  });
});

test('the dark caller has a door, at its own address unless carriers know it by another', () => {
  const given = { DATABASE_URL, DARK_CALLER: 'true', DARK_LISTEN: '127.0.0.1:4610' };
  const listen = { host: '127.0.0.1', port: 4610 };
  expect(readSettings(given).dark).toEqual({ listen, url: 'http://127.0.0.1:4610', afterMs: 60_000 });
  const behind = { ...given, DARK_URL: 'https://pond.example/dark/', DARK_AFTER_MS: '90000' };
  expect(readSettings(behind).dark).toEqual({ listen, url: 'https://pond.example/dark', afterMs: 90_000 });
  expect(readSettings({ ...given, DARK_CALLER: 'false' }).dark).toBe(null);
});

test('daily roots are mailed where a server and receivers are named, from the first of them unless said otherwise', () => {
  const given = { DATABASE_URL, SMTP_URL: 'smtp://u:geheim@mail', AUDIT_MAIL_TO: 'a@mine.example, b@gov.example' };
  const mail = { url: given.SMTP_URL, from: 'a@mine.example', to: ['a@mine.example', 'b@gov.example'] };
  expect(readSettings(given).auditMail).toEqual(mail);
  expect(readSettings({ ...given, AUDIT_MAIL_FROM: 'pond@mine.example' }).auditMail?.from).toBe('pond@mine.example');
  expect(faultsOf({ DATABASE_URL, AUDIT_MAIL_TO: 'nobody' })).toEqual([
    'AUDIT_MAIL_TO must be mail addresses with commas between them, not "nobody"',
    expect.stringMatching(/^SMTP_URL is missing: .* because AUDIT_MAIL_TO is set$/),
  ]);
  expect(faultsOf({ DATABASE_URL, SMTP_URL: 'smtp://u:geheim@mail' })).toEqual([
    'AUDIT_MAIL_TO is missing: it must be mail addresses with commas between them, because SMTP_URL is set',
  ]);
});

test('an empty value counts as not set', () => {
  expect(readSettings({ DATABASE_URL, PORT: '', CARRIER_URL: '' })).toMatchObject({ port: 8080, carrierUrl: null });
});

test.each([
  ['PORT', 'eighty', 'PORT must be a port from 1 to 65535, not "eighty"'],
  ['PORT', '0', 'PORT must be a port from 1 to 65535, not "0"'],
  ['MQTT_URL', 'http://broker', 'MQTT_URL must be an MQTT URL, such as mqtt://user:password@host:1883'],
  ['MQTT_LISTEN', '1883', 'MQTT_LISTEN must be an address to listen on, such as 127.0.0.1:1883, not "1883"'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud"'],
  [
    'DARK_CALLER',
    'yes',
    'DARK_CALLER must be true on the one instance that calls while the database is away, else false, not "yes"',
  ],
  ['DARK_CALLER', 'true', 'DARK_LISTEN is missing: it must be an address to listen on'],
  ['METRICS_TOKEN', 'short', 'METRICS_TOKEN must be at least 8 characters'],
  ['CLOCK_OFFSET_MS', '1.5', 'CLOCK_OFFSET_MS must be a whole number of milliseconds from'],
])('a wrong %s is one line that names it and says what it should be', (name, value, line) => {
  const [fault = '', ...more] = faultsOf({
    DATABASE_URL,
    MQTT_PASSWORD: 'long enough',
    MQTT_DEVICE_PASSWORD: 'long enough',
    [name]: value,
  });
  expect(fault.startsWith(line)).toBe(true);
  expect(more).toEqual([]);
});

test('a missing setting is one line that says what it should be', () => {
  expect(faultsOf({})).toEqual([
    'DATABASE_URL is missing: it must be a PostgreSQL URL, such as postgresql://user:password@host:5432/tailwatch',
  ]);
});

test('all faults are told at once, one line each, and none repeats a password', () => {
  const lines = faultsOf(
    { DATABASE_URL: 'mysql://root:geheim@db', PORT: 'x', CARRIER_URL: 'https://carrier.example' },
    { broker: true },
  );
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['DATABASE_URL', 'PORT', 'CARRIER_KEY', 'MQTT_URL']);
  expect(lines.join()).not.toContain('geheim');
});

test('an embedded broker needs its own password, and no MQTT_URL', () => {
  const lines = faultsOf({ DATABASE_URL, MQTT_LISTEN: '[::1]:1883' }, { broker: true });
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['MQTT_PASSWORD']);
  const passwords = { MQTT_PASSWORD: 'long enough' };
  expect(readSettings({ DATABASE_URL, MQTT_LISTEN: '[::1]:1883', ...passwords }, { broker: true }).mqttListen).toEqual({
    host: '::1',
    port: 1883,
  });
});

test('an OpenID provider has a secret, ours too, and a button that names it', () => {
  const given = {
    DATABASE_URL,
    OIDC_ISSUER: 'https://id.example/realms/mine',
    OIDC_CLIENT_ID: 'tailwatch',
    OIDC_CLIENT_SECRET: 'geheim enough',
    SECRET_KEY: 'a key of at least thirty-two characters',
  };
  expect(readSettings(given).openId).toEqual({
    issuer: 'https://id.example/realms/mine',
    clientId: 'tailwatch',
    clientSecret: 'geheim enough',
    label: 'id.example',
    secondFactorCounts: false,
  });
  expect(readSettings({ ...given, OIDC_LABEL: '集团', OIDC_SECOND_FACTOR: 'true' }).openId).toMatchObject({
    label: '集团',
    secondFactorCounts: true,
  });
  expect(readSettings({ DATABASE_URL }).openId).toBe(null);
  const nameOf = (line: string) => line.split(' ')[0];
  const { OIDC_ISSUER } = given;
  expect(faultsOf({ DATABASE_URL, OIDC_ISSUER }).map(nameOf)).toEqual([
    'OIDC_CLIENT_ID',
    'OIDC_CLIENT_SECRET',
    'SECRET_KEY',
  ]);
  expect(faultsOf({ DATABASE_URL, OIDC_CLIENT_ID: 'x' }).map(nameOf)).toEqual(['OIDC_ISSUER']);
  expect(faultsOf({ ...given, OIDC_CLIENT_SECRET: 'geheim' }).join()).not.toContain('geheim');
});

test.each([
  ['http://localhost:9000', true],
  ['http://127.0.0.1:9000/realms/mine', true],
  ['http://[::1]:9000', true],
  ['http://id.example', false],
  ['https://user:word@id.example', false],
  ['https://id.example/?realm=mine', false],
  ['id.example', false],
])('%s as an issuer is taken: %s', (OIDC_ISSUER, isTaken) => {
  const rest = { OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'long enough', SECRET_KEY: 'x'.repeat(32) };
  expect(faultsOf({ DATABASE_URL, OIDC_ISSUER, ...rest })).toHaveLength(isTaken ? 0 : 1);
});

test('with a certificate it is reached by https, and by nothing else', () => {
  const given = {
    DATABASE_URL,
    DARK_CALLER: 'true',
    DARK_LISTEN: '0.0.0.0:4610',
    TLS_CERT: '/c.pem',
    TLS_KEY: '/k.pem',
  };
  expect(readSettings(given)).toMatchObject({
    tls: { cert: '/c.pem', key: '/k.pem' },
    publicUrl: 'https://127.0.0.1:8080',
    dark: { url: 'https://127.0.0.1:4610' },
  });
  expect(faultsOf({ ...given, PUBLIC_URL: 'http://pond.example', DARK_URL: 'http://pond.example/dark' })).toEqual([
    'PUBLIC_URL must begin with https:, because TLS_CERT is set',
    'DARK_URL must begin with https:, because TLS_CERT is set',
  ]);
  expect(faultsOf({ DATABASE_URL, TLS_CERT: '/c.pem' })).toEqual([
    'TLS_KEY is missing: it must be the path of a file in PEM, because TLS_CERT is set',
  ]);
  expect(faultsOf({ DATABASE_URL, TLS_KEY: '/k.pem' })).toEqual([
    'TLS_CERT is missing: it must be the path of a file in PEM, because TLS_KEY is set',
  ]);
  expect(faultsOf({ ...given, TLS_CERT_FILE: '/c.pem' })).toEqual([
    'TLS_CERT_FILE is no setting: TLS_CERT is the path of the file itself',
  ]);
});

test('a listener with TLS needs a certificate, and a plain one beside it', () => {
  const given = { DATABASE_URL, MQTT_URL: 'mqtt://127.0.0.1', MQTT_TLS_LISTEN: '0.0.0.0:8883' };
  expect(faultsOf(given, { broker: true }).map((line) => line.split(' ')[0])).toEqual(['TLS_CERT', 'MQTT_LISTEN']);
});

test.each([
  ['127.0.0.1', ['127.0.0.1']],
  ['10.1.0.0/16, ::1 ,fd00::/8', ['10.1.0.0/16', '::1', 'fd00::/8']],
  ['', []],
])('TRUSTED_PROXIES %j are %j', (text, list) => {
  expect(readSettings({ DATABASE_URL, TRUSTED_PROXIES: text }).trustedProxies).toEqual(list);
});

test.each(['true', 'loopback', '10.1.0.0/33', '10.1/16', '10.1.0.0/16/2', 'proxy.example', '10.1.0.1,', '*'])(
  'TRUSTED_PROXIES %j are refused',
  (text) => {
    expect(faultsOf({ DATABASE_URL, TRUSTED_PROXIES: text })[0]).toMatch(
      /^TRUSTED_PROXIES must be addresses or networks/,
    );
  },
);

test('a judge ticks often enough to keep its lease', () => {
  expect(faultsOf({ DATABASE_URL, JUDGE_TICK_MS: '2001' })).toEqual([
    'JUDGE_TICK_MS must be a whole number of milliseconds from 10 to 2000, not "2001"',
  ]);
});

test('a single setting is read by the same rules', () => {
  expect(readSetting({}, 'DATA_DIR')).toBe('./data');
  expect(() => readSetting({ PORT: 'x' }, 'PORT')).toThrow('PORT must be a port from 1 to 65535, not "x"');
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:80'],
  ['0.0.0.0', 'http://127.0.0.1:80'],
  ['::', 'http://[::1]:80'],
  ['pond.example', 'http://pond.example:80'],
])('who listens on %s is reached at %s', (host, url) => {
  expect(httpUrl(host, 80)).toBe(url);
});

describe('a setting that stands in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tailwatch-settings-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const fileOf = (content: string, name = 'secret'): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test('is its content without the white space around it', () => {
    const env = {
      DATABASE_URL: '',
      DATABASE_URL_FILE: fileOf(`\r\n ${DATABASE_URL} \n`),
      PORT_FILE: fileOf('81\n', 'port'),
    };
    expect(readSettings(env)).toMatchObject({ databaseUrl: DATABASE_URL, port: 81 });
    expect(readSetting(env, 'PORT')).toBe(81);
    expect(settingFilesRead({ ...env, PATH: '/bin' })).toEqual({ DATABASE_URL, PORT: '81', PATH: '/bin' });
  });

  test('has one line for each fault, which names setting and file and never what is in it', () => {
    const [short, empty, gone] = [fileOf('geheim', 'short'), fileOf(' \n', 'empty'), join(folder, 'gone')];
    const env = {
      DATABASE_URL,
      DATABASE_URL_FILE: short,
      CARRIER_KEY_FILE: short,
      METRICS_TOKEN_FILE: empty,
      MQTT_LISTEN: '127.0.0.1:1883',
      MQTT_PASSWORD_FILE: gone,
      MQTT_DEVICE_PASSWORD_FILE: folder,
      PORT_FILE: fileOf('x'.repeat(70_000), 'long'),
    };
    expect(faultsOf(env).map((line) => line.replaceAll(folder, ''))).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both set: give one of them',
      'MQTT_PASSWORD_FILE must name a file that holds MQTT_PASSWORD: /gone cannot be read (ENOENT)',
      'MQTT_DEVICE_PASSWORD_FILE must name a file that holds MQTT_DEVICE_PASSWORD:  cannot be read (EISDIR)',
      'PORT_FILE must name a file that holds PORT: /long is too long',
      'METRICS_TOKEN_FILE must name a file that holds METRICS_TOKEN: /empty is empty',
      'CARRIER_KEY must be at least 8 characters; what CARRIER_KEY_FILE holds is not',
    ]);
    expect(faultsOf(env).join()).not.toContain('geheim');
    expect(() => readSetting({ PORT_FILE: short }, 'PORT')).toThrow(
      /^PORT must be a port [^"]*PORT_FILE holds is not$/,
    );
    expect(() => readSetting({ PORT_FILE: gone }, 'PORT')).toThrow('PORT_FILE must name a file that holds PORT');
    expect(() => settingFilesRead(env)).toThrow('DATABASE_URL and DATABASE_URL_FILE are both set');
  });
});

test('a counterpart outside is told no setting and no file of one', () => {
  expect(['DATABASE_URL', 'DATABASE_URL_FILE', 'CARRIER_KEY_FILE', 'PATH', 'SOME_FILE'].filter(isSetting)).toEqual([
    'DATABASE_URL',
    'DATABASE_URL_FILE',
    'CARRIER_KEY_FILE',
  ]);
});

test('each setting is explained, and nothing that is none', () => {
  const table = readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8').split('\n');
  const first = table.filter((line) => line.startsWith('| `')).map((line) => line.split('|')[1] ?? '');
  const explained = first.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''));
  expect(explained.toSorted()).toEqual(SETTINGS.toSorted());
});

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { brokerTrust } from '../../src/platform/broker-trust.ts';
import { keepCertificate, readCertificate } from '../../src/platform/certificate.ts';
import { DAY, plus } from '../../src/core/time.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { openAuthority } from '../support/certificates.ts';
import { fakeClock } from '../support/fake-clock.ts';

const authority = await openAuthority();
afterAll(() => authority[Symbol.asyncDispose]());
const [one, other] = [await authority.issue('one'), await authority.issue('other')];
const junk = path.join(authority.folder, 'junk.pem');
await writeFile(junk, 'no certificate, but geheim');
const gone = path.join(authority.folder, 'gone.pem');

test('a pair is read with the day on which it ends', () => {
  const { expiresAt } = readCertificate(one);
  expect(Math.round((expiresAt - hostClock().now()) / DAY)).toBe(30);
});

test.each([
  ['TLS_CERT must name a file that can be read', { ...one, cert: gone }],
  ['TLS_KEY must name a file that can be read', { ...one, key: authority.folder }],
  ['TLS_CERT must hold a certificate in PEM', { ...one, cert: junk }],
  ['TLS_CERT must hold a certificate in PEM', { cert: one.key, key: one.cert }],
  ['TLS_KEY must hold a private key in PEM', { ...one, key: junk }],
  ['TLS_KEY must hold the private key of TLS_CERT', { ...one, key: other.key }],
])('%s: else that is the fault', (fault, files) => {
  expect(() => readCertificate(files)).toThrow(fault);
  expect(() => readCertificate(files)).not.toThrow('geheim');
});

test('a certificate by which a broker is known is looked at when it is named', () => {
  expect(brokerTrust({ ca: null })).toEqual({});
  expect(brokerTrust({ ca: authority.ca }).ca?.toString()).toContain('BEGIN CERTIFICATE');
  for (const file of [gone, junk])
    expect(() => brokerTrust({ ca: file })).toThrow('MQTT_CA must name a file with a certificate');
});

test.each([
  ['MQTT_CERT and MQTT_KEY must name a certificate and its key', { cert: one.cert }],
  ['MQTT_CERT must name a file with a certificate', { ...one, cert: junk }],
  ['MQTT_KEY must name a file with a private key', { ...one, key: gone }],
])('%s: else that is the fault', (fault, files) => {
  expect(() => brokerTrust(files)).toThrow(fault);
});

/** Lines of the log, their messages. */
function listening() {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) });
  return { lines, log };
}

test('a renewed pair is given to the servers; one that cannot be used is told once and leaves the one before', async () => {
  const files = { cert: path.join(authority.folder, 'live.pem'), key: path.join(authority.folder, 'live.key') };
  const put = async (pair: { cert: string; key: string }): Promise<void> => {
    await copyFile(pair.cert, files.cert);
    await copyFile(pair.key, files.key);
  };
  await put(one);
  const { lines, log } = listening();
  using kept = keepCertificate(files, { log, clock: hostClock() });
  const given: string[] = [];
  kept.serve({ once: () => {}, setSecureContext: ({ cert }: { cert: Buffer }) => given.push(cert.toString()) });

  kept.look();
  await copyFile(other.cert, files.cert);
  kept.look();
  kept.look();
  expect(kept.pair.cert.toString()).toBe(await readFile(one.cert, 'utf8'));
  await put(other);
  kept.look();
  expect(given).toEqual([await readFile(other.cert, 'utf8')]);
  expect(lines).toEqual([
    'the renewed certificate cannot be used: the one before stays',
    'the certificate was renewed',
  ]);
});

test('a certificate that ends within two weeks is told of once a day, also when it has ended', async () => {
  const clock = fakeClock(hostClock().now());
  const { lines, log } = listening();
  using kept = keepCertificate(await authority.issue('short', 13), { log, clock });
  kept.look();
  const begun = clock.now();
  for (const day of [1, 1, 14]) {
    clock.set(plus(begun, day * DAY));
    kept.look();
  }
  expect(lines).toEqual([
    'the certificate expires soon',
    'the certificate expires soon',
    'the certificate has expired: nobody can trust it',
  ]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../src/core/time.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { ntpQuestion, readNtpAnswer } from '../../src/platform/ntp-packet.ts';
import { clockOffset } from '../../src/platform/ntp.ts';
import type { NtpServer } from '../../src/platform/ntp.ts';
import { ntpDouble } from './ntp-double.ts';

const ask = (servers: readonly NtpServer[], clock = hostClock(), answerWithinMs = 1_000) =>
  clockOffset(servers, { clock, signal: new AbortController().signal, answerWithinMs, betweenMs: 0 });

/** Of the way there and back on this machine. */
const WITHIN_MS = 250;
const expectNear = (offset: number | null, ms: number): void => {
  expect(Math.abs((offset ?? Number.NaN) - ms)).toBeLessThan(WITHIN_MS);
};

test('a clock is compared with the time of a server', async () => {
  await using server = await ntpDouble({ aheadMs: () => 5_000 });
  expectNear(await ask([server]), 5_000);
  expectNear(await ask([server], hostClock(7_000)), -2_000);
  expect(server.questions()).toBe(6);
});

test('one wild answer of three, and one wild server of three, change nothing', async () => {
  await using steady = await ntpDouble({ aheadMs: (n) => (n === 1 ? 90_000 : 1_000) });
  await using other = await ntpDouble({ aheadMs: () => 1_100 });
  await using wild = await ntpDouble({ aheadMs: () => -3_600_000 });
  expectNear(await ask([steady]), 1_000);
  expectNear(await ask([steady, wild, other]), 1_000);
});

test('seconds that begin anew in 2036 are understood on either side of it', async () => {
  await using server = await ntpDouble({ aheadMs: () => 4_000 });
  const in2040 = Date.UTC(2040, 0, 1) - Date.now();
  await using later = await ntpDouble({ aheadMs: () => in2040 + 4_000 });
  expectNear(await ask([server]), 4_000);
  expectNear(await ask([later], hostClock(in2040)), 4_000);
});

test.each([
  ['has no time itself', { leap: 3 }],
  ['is at stratum 16', { stratum: 16 }],
  ['is itself unsure', { rootDispersion: 30 }],
  ['asks for a question', { mode: 3 }],
  ['says nothing', { spoil: () => null }],
  ['sends a short answer', { spoil: (packet: Buffer) => packet.subarray(0, 47) }],
  ['answers what was not asked', { spoil: (packet: Buffer) => packet.fill(7, 24, 32) }],
  ['sends no time', { spoil: (packet: Buffer) => packet.fill(0, 40, 48) }],
])('a server that %s is not known to say anything', async (_what, options) => {
  await using server = await ntpDouble(options);
  expect(await ask([server], hostClock(), 100)).toBe(null);
});

test('one that asks to be left alone is not asked again', async () => {
  await using server = await ntpDouble({ stratum: 0 });
  expect(await ask([server])).toBe(null);
  expect(server.questions()).toBe(1);
});

test('nobody there, and no such host, are no answers; another server still counts', async () => {
  const gone = await ntpDouble();
  await gone[Symbol.asyncDispose]();
  await using server = await ntpDouble({ aheadMs: () => 3_000 });
  expect(await ask([gone])).toBe(null);
  expect(await ask([{ host: 'no-such-host.invalid', port: 123 }])).toBe(null);
  expectNear(await ask([gone, server]), 3_000);
});

test('a forged answer before the true one is passed over', async () => {
  await using server = await ntpDouble({ aheadMs: () => 2_000 });
  const nonce = 0x0102030405060708n;
  const asked = { nonce, sentAt: instant(0), cameAt: instant(0) };
  const question = ntpQuestion(nonce);
  // Our own question, sent back as it is.
  expect(readNtpAnswer(question, asked)).toEqual({ unknown: 'not-an-answer' });
  expectNear(await ask([server]), 2_000);
});

test('whatever the bytes are, there is an answer or a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 0, max: 4e12 }), (bytes, now) => {
      const packet = Buffer.from(bytes);
      const nonce = packet.length >= 32 ? packet.readBigUInt64BE(24) : 0n;
      const answer = readNtpAnswer(packet, { nonce, sentAt: instant(now), cameAt: instant(now) });
      expect('unknown' in answer || Number.isFinite(answer.offsetMs)).toBe(true);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from '../../../adapters/modbus/crc-codec.ts';
import { rtuRequest, rtuShape } from '../../../adapters/modbus/rtu-frame.ts';
import { findFrame } from '../../../adapters/modbus/shape-frame.ts';
import { nextTcpFrame, tcpRequest } from '../../../adapters/modbus/tcp-frame.ts';
import { wireMeasured, wireRequest, wireShape } from '../../../adapters/modbus/vibrating-wire-frame.ts';
import { sealed } from '../../../simulators/modbus/checksum.ts';
import { loggerReply } from '../../../simulators/modbus/logger.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const read = { unit: 1, table: 'holding', address: 0, count: 2 } as const;
const answer = Uint8Array.from(sealed(Buffer.from(hex('01 03 04 41 C8 00 00'))));

it('the checksum is that of the standard', () => {
  expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x4b37);
  // Modbus over Serial Line V1.02, appendix B: read of ten registers.
  expect(text(rtuRequest({ unit: 2, table: 'holding', address: 0, count: 1 }))).toBe('0203000000018439');
});

it('a request of Modbus TCP has its number, its length and its unit before it', () => {
  expect(text(tcpRequest(0x1234, { unit: 17, table: 'input', address: 8, count: 1 }))).toBe('123400000006110400080001');
});

describe('an answer on a serial line is found', () => {
  const found = (...parts: readonly Uint8Array[]) =>
    findFrame(Uint8Array.from(parts.flatMap((part) => [...part])), [rtuShape(read)], hex('FE FE'))?.answer;
  const data = { kind: 'data', data: hex('41 C8 00 00') };

  it('alone, and behind any noise', () => {
    expect(found(answer)).toEqual(data);
    expect(found(hex('00 FF 01 03 04 01'), answer)).toEqual(data);
  });

  it('A12 behind a frame to everybody, which is nobody’s answer', () => {
    expect(found(hex('00 06 00 01 00 03 98 1A'), answer)).toEqual(data);
  });

  it('with a heartbeat at every place of it, and with two', () => {
    for (let at = 0; at <= answer.length; at += 1) {
      expect(found(answer.subarray(0, at), hex('FE FE'), answer.subarray(at)), String(at)).toEqual(data);
      expect(found(hex('FE FE'), answer.subarray(0, at), hex('FE FE'), answer.subarray(at)), String(at)).toEqual(data);
    }
  });

  it('whose data look like a heartbeat, as they are', () => {
    expect(found(sealed(Buffer.from(hex('01 03 04 FE FE 00 01'))))).toEqual({ kind: 'data', data: hex('FE FE 00 01') });
  });

  it('and not when it is of another unit, function or length, or a bit of it is wrong', () => {
    for (const other of [
      { ...read, unit: 2 },
      { ...read, table: 'input' as const },
      { ...read, count: 3 },
    ])
      expect(findFrame(answer, [rtuShape(other)])).toBeUndefined();
    for (let bit = 0; bit < 8 * answer.length; bit += 1) {
      const bad = answer.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(findFrame(bad, [rtuShape(read)])).toBeUndefined();
    }
  });
});

it('a logger’s wire is asked for in nine bytes, and says what it measured in twenty-two', () => {
  expect(text(wireRequest({ module: 3, channel: 2 })).slice(0, 14)).toBe('000A0003010267');
  const reply = loggerReply(
    () => ({ frequency: 2_600.5, amplitude: 900, temperature: -3.25, status: 0x21 }),
    Buffer.from(wireRequest({ module: 3, channel: 2 })),
  );
  expect(reply).toHaveLength(22);
  const found = findFrame(reply, [wireShape({ module: 3, channel: 2 })]);
  expect(found?.answer.kind === 'data' && wireMeasured(found.answer.data)).toEqual({
    frequency: 2_600.5,
    amplitude: 900,
    temperature: -3.25,
    wireStatus: 1,
    temperatureStatus: 2,
  });
  expect(findFrame(reply, [wireShape({ module: 3, channel: 1 })])).toBeUndefined();
});

it('whatever comes, framers end, and give no answer whose checksum is wrong', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      (bytes, heartbeat) => {
        const found = findFrame(bytes, [rtuShape(read), wireShape({ module: 1, channel: 1 })], heartbeat);
        expect(found === undefined || found.rest.length < bytes.length).toBe(true);
        const frame = nextTcpFrame(bytes);
        if (frame.kind === 'frame') expect(frame.rest.length).toBeLessThan(bytes.length);
      },
    ),
    { numRuns: 2_000 },
  );
});

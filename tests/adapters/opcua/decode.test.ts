import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../adapters/opcua/decode.ts';
import type { Reception, UaValue } from '../../../adapters/opcua/decode.ts';
import { instant } from '../../../src/core/time.ts';

const CASES = path.resolve('tests/adapters/opcua/cases');

interface Given extends Partial<Reception> {
  readonly receivedAt: Reception['receivedAt'];
  readonly scale?: number;
  readonly offset?: number;
  readonly values: readonly UaValue[];
}

describe('golden cases', () => {
  it.each(readdirSync(CASES))('%s', async (story) => {
    const given = JSON.parse(readFileSync(path.join(CASES, story, 'given.json'), 'utf8')) as Given;
    const { receivedAt, time = 'source', isClockWrong = false, scale = 1, offset = 0, values } = given;
    const acquired = values.map((ua) =>
      decode({ sensor: 'weir', scale, offset }, ua, { receivedAt, time, isClockWrong }),
    );
    await expect(`${JSON.stringify(acquired, null, 2)}\n`).toMatchFileSnapshot(
      path.join(CASES, story, 'acquired.json'),
    );
  });
});

const anything = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.string(),
  fc.constantFrom(null, undefined, NaN, Infinity, -Infinity),
  fc.array(fc.oneof(fc.integer(), fc.double(), fc.string()), { maxLength: 4 }),
  fc.object(),
);
const time = fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), { nil: null });
const uaValue: fc.Arbitrary<UaValue> = fc.record({
  value: anything,
  type: fc.constantFrom('Double', 'Float', 'Int64', 'UInt64', 'Int16', 'String', 'ExtensionObject', 'Null'),
  isArray: fc.boolean(),
  status: fc.integer({ min: 0, max: 0xffff_ffff }),
  statusName: fc.string(),
  sourceAt: time,
  serverAt: time,
});

describe('whatever a server sends', () => {
  it('becomes a value with its quality: never NaN, never without a reason, never with our time in place of its own', () => {
    const item = fc.record({
      sensor: fc.constant('weir'),
      scale: fc.double({ noNaN: true }),
      offset: fc.double({ noNaN: true }),
    });
    const which = fc.constantFrom('source' as const, 'server' as const);
    fc.assert(
      fc.property(item, uaValue, which, fc.boolean(), (scale, ua, of, isClockWrong) => {
        const receivedAt = instant(Date.UTC(2026, 6, 1));
        const { value, quality, why, observedAt, raw } = decode(scale, ua, { receivedAt, time: of, isClockWrong });
        if (value !== null) expect(Number.isFinite(value)).toBe(true);
        expect(value === null).toBe(quality === 'bad');
        expect(why === undefined).toBe(quality === 'good');
        expect(observedAt).toBe((of === 'source' ? ua.sourceAt : ua.serverAt) ?? receivedAt);
        expect((raw ?? '').length).toBeLessThanOrEqual(200);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2_000) },
    );
  });
});

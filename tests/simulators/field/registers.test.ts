import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registerValue } from '../../../adapters/modbus/register-codec.ts';
import { modbusSlaves, ORDERS } from '../../../src/contract/acquire/modbus-slaves.ts';
import { registersOf } from '../../../simulators/field/registers.ts';

function point(written: object) {
  const [slave] = modbusSlaves(1, 247).parse([
    { name: 'a', unit: 1, every: 10, points: [{ sensor: 'b', address: 0, ...written }] },
  ]);
  const [parsed] = slave?.points ?? [];
  if (parsed === undefined) throw new Error('no point');
  return parsed;
}
const wire = (words: readonly number[]) => Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));

describe('what a simulated device holds is its configuration turned round', () => {
  it.each(['float32', 'uint32', 'int32', 'uint16', 'int16'])('%s: the adapter reads the value again', (type) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32_000 }), fc.constantFrom(...ORDERS), (raw, order) => {
        const scaled = point({ type, order, scale: -0.001, offset: 345 });
        const read = registerValue(scaled, wire(registersOf(scaled, raw * -0.001 + 345)));
        expect(read.quality).toBe('good');
        expect(read.value).toBeCloseTo(345 - raw * 0.001, 3);
      }),
    );
  });

  it('a wire that is cut is no number', () => {
    const frequency = point({ type: 'float32' });
    expect(registerValue(frequency, wire(registersOf(frequency, null)))).toMatchObject({ value: null, quality: 'bad' });
    const gauge = point({ type: 'uint16', noValue: [0xffff] });
    expect(registerValue(gauge, wire(registersOf(gauge, null)))).toMatchObject({ value: null, quality: 'bad' });
  });
});

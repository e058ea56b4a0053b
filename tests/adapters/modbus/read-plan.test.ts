import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPlan, splitBlock, valuesIn } from '../../../adapters/modbus/read-plan.ts';
import { modbusSlaves } from '../../../src/contract/acquire/modbus-slaves.ts';
import type { ModbusSlave } from '../../../src/contract/acquire/modbus-slaves.ts';

const slave = (points: readonly object[], more = {}): ModbusSlave => {
  const named = points.map((point, i) => ({ sensor: `s${String(i)}`, ...point }));
  return modbusSlaves(1, 247).parse([{ name: 'a', unit: 1, every: 1, points: named, ...more }])[0]!;
};
const reads = (own: ModbusSlave) => readPlan(own).map(({ table, address, count }) => `${table} ${address}+${count}`);

it('neighbours are one request, and so are those with a gap that is allowed', () => {
  expect(reads(slave([{ address: 0 }, { address: 1, type: 'float32' }, { address: 11 }]))).toEqual(['holding 0+12']);
  expect(reads(slave([{ address: 0 }, { address: 10 }]))).toEqual(['holding 0+1', 'holding 10+1']);
  expect(reads(slave([{ address: 0 }, { address: 2 }], { gapMost: 0 }))).toEqual(['holding 0+1', 'holding 2+1']);
});

it('tables are never mixed, and the same place may be read twice', () => {
  const points = [
    { address: 4 },
    { address: 4, type: 'uint32' },
    { address: 4, table: 'input' },
    { address: 4, table: 'coil' },
  ];
  expect(reads(slave(points))).toEqual(['coil 4+1', 'holding 4+2', 'input 4+1']);
});

it('a request asks for no more than the protocol, or the slave, gives at once', () => {
  const all = Array.from({ length: 300 }, (_, address) => ({ address }));
  expect(reads(slave(all))).toEqual(['holding 0+125', 'holding 125+125', 'holding 250+50']);
  expect(reads(slave(all, { registersMost: 100 }))).toEqual(['holding 0+100', 'holding 100+100', 'holding 200+100']);
  // A number is never cut in two.
  expect(reads(slave([{ address: 0 }, { address: 3, type: 'float64' }], { registersMost: 6 }))).toEqual([
    'holding 0+1',
    'holding 3+4',
  ]);
});

it('no plan has fewer requests, and each point is in one', () => {
  const place = fc.record({
    address: fc.integer({ min: 0, max: 30 }),
    type: fc.constantFrom('uint16', 'uint32', 'float64'),
  });
  fc.assert(
    fc.property(
      fc.array(place, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 4, max: 12 }),
      (points, gapMost, registersMost) => {
        const own = slave(points, { gapMost, registersMost });
        const plan = readPlan(own);
        expect(plan.flatMap((block) => block.points)).toHaveLength(points.length);
        for (const block of plan) expect(block.count).toBeLessThanOrEqual(registersMost);
        expect(plan.length).toBe(fewest(own, gapMost, registersMost));
      },
    ),
    { numRuns: 300 },
  );
});

/** By trying every way to cut the row of points. */
function fewest({ points }: ModbusSlave, gapMost: number, most: number): number {
  const size = { uint16: 1, uint32: 2, float64: 4 } as Record<string, number>;
  const spans = points
    .map(({ address, type }) => [address, address + size[type]!] as const)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const from = (i: number): number => {
    if (i === spans.length) return 0;
    let best = Infinity;
    let end = spans[i]![0];
    for (let j = i; j < spans.length && spans[j]![0] - end <= gapMost; j += 1) {
      end = Math.max(end, spans[j]![1]);
      if (end - spans[i]![0] > most) break;
      best = Math.min(best, 1 + from(j + 1));
    }
    return best;
  };
  return from(0);
}

it('a request that is refused is halved without the places between, down to one place', () => {
  const [block] = readPlan(slave([{ address: 0 }, { address: 0 }, { address: 5 }, { address: 7 }]));
  const [one, other] = splitBlock(block!)!;
  expect([one.address, one.count, one.points.length]).toEqual([0, 1, 2]);
  expect([other.address, other.count]).toEqual([5, 3]);
  expect(splitBlock(one)).toBeUndefined();
});

it('each point finds its own bits and registers in an answer', () => {
  const points = [
    { address: 3, table: 'coil' },
    { address: 12, table: 'coil' },
  ];
  const [coils] = readPlan(slave(points));
  expect(valuesIn(coils!, Uint8Array.from([0b0000_0001, 0b0000_0010])).map(({ value }) => value)).toEqual([1, 1]);
  expect(valuesIn(coils!, Uint8Array.from([0b1111_1110, 0b1111_1101])).map(({ value }) => value)).toEqual([0, 0]);
});

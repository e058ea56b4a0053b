import { expect, it } from 'vitest';
import { runBus9600 } from './bus-9600.ts';

const EVERY_S = 10;
/** Virtual time: how long it really takes is the machine's affair. */
const WITHIN_MS = 60_000;

/** Moments of the polls of each slave, and what was reported. */
async function polls(units: number, dead: ReadonlySet<number>, lengthMs: number) {
  const moments = new Map<string, number[]>();
  const reports = await runBus9600({
    units,
    dead,
    everyS: EVERY_S,
    lengthMs,
    take: ({ sensorCode, observedAt }) => moments.set(sensorCode, [...(moments.get(sensorCode) ?? []), observedAt]),
  });
  return { of: (unit: number) => moments.get(`s-${String(unit)}`) ?? [], reports };
}

it(
  'A2 one dead slave of sixteen moves nobody else’s polls by more than a fifth of their period',
  async () => {
    const DEAD = 5;
    const { of, reports } = await polls(16, new Set([DEAD]), 1_800_000);
    for (let unit = 1; unit <= 16; unit += 1) {
      const at = of(unit);
      if (unit === DEAD) {
        expect(at).toEqual([]);
        continue;
      }
      // The first is at once, before the grid.
      const periods = at.slice(2).map((moment, i) => moment - (at[i + 1] ?? 0));
      expect(periods.length, `slave ${String(unit)}`).toBeGreaterThan(175);
      for (const period of periods) expect(Math.abs(period - 1_000 * EVERY_S)).toBeLessThanOrEqual(200 * EVERY_S);
    }
    // It is told once, not at each probe.
    expect(reports.filter(({ state }) => state === 'faulty')).toEqual([
      { device: 'slave-5', state: 'faulty', fault: 'no-answer' },
    ]);
  },
  WITHIN_MS,
);

it(
  'A2 with half of them dead the others still are asked at every place of the grid',
  async () => {
    const { of } = await polls(8, new Set([1, 3, 5, 7]), 1_800_000);
    for (const unit of [2, 4, 6, 8]) expect(of(unit).length).toBeGreaterThanOrEqual(180);
  },
  WITHIN_MS,
);

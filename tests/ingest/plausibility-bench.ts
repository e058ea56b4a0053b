import { rememberedOf, lookBack } from '../../ingest/plausible/past.ts';
import type { Past } from '../../ingest/plausible/past.ts';
import type { MaintenanceWindow, SensorMemory } from '../../ingest/sensor-memory.ts';
import { inJudgingOrder, keyText, takeIn } from '../../ingest/take-in.ts';
import { hasClockFault } from '../../src/core/reading.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { Plausibility } from '../../src/core/sensor.ts';
import type { Sample } from '../../src/core/sample.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { NOON, SENSOR, memory, sample } from './sample-of.ts';

/** A sensor of which something is looked at, over a database that is a list: every five minutes, a metre, any value to ±1000. */
export function plausibilityBench(plausibility: Plausibility, maintenance: readonly MaintenanceWindow[] = []) {
  const sensor = { ...SENSOR, range: { min: -1000, max: 1000 }, plausibility };
  const stored: Reading[] = [];
  const conflicts: Reading[] = [];
  let own: SensorMemory = memory({ sensor, maintenance, past: [] });

  return {
    take(batch: readonly Sample[]): void {
      const known = inJudgingOrder(batch.map((each) => ({ sample: each, memory: own })));
      const values = Map.groupBy([...stored, ...conflicts], keyText);
      const taken = takeIn(
        known,
        new Map([...values].map(([key, list]) => [key, list.map(({ value }) => value ?? NaN)])),
      );
      stored.push(...taken.readings);
      conflicts.push(...taken.conflicts);
      own = { ...own, ...taken.marks.get(sensor.id) };
    },
    /** Everything in memory is lost, and found again in what is stored. */
    restart(): void {
      const inOrder = stored.toSorted((a, b) => a.observedAt - b.observedAt);
      const past: Past = inOrder.flatMap((reading) => rememberedOf(reading) ?? []).slice(-lookBack(plausibility));
      const newest = (readings: readonly Reading[]) =>
        instant(Math.max(-Infinity, ...readings.map((r) => r.observedAt)));
      const judgedUpTo = newest(stored.filter(({ flags }) => !hasClockFault(flags)));
      own = { ...own, newestStoredAt: newest(stored), judgedUpTo, past };
    },
    /** How many readings are remembered. */
    remembered: () => own.past?.length,
    /** `minute value flags`, in order of measurement; conflicts last. */
    told: (): string[] => [...stored.toSorted((a, b) => a.observedAt - b.observedAt), ...conflicts].map(wordsOf),
    doubtful: (): boolean[] =>
      stored.toSorted((a, b) => a.observedAt - b.observedAt).map(({ quality }) => quality === 'doubtful'),
  };
}

const wordsOf = ({ observedAt, value, flags, quality }: Reading): string =>
  [(observedAt - NOON) / MINUTE, value, ...flags, ...(quality === 'good' ? [] : ['?'])].join(' ');

/** Values five minutes apart, the last at noon; null: nothing came. */
export const every5 = (...values: readonly (number | null)[]): Sample[] =>
  values.flatMap((value, i) => (value === null ? [] : [sample((i + 1 - values.length) * 5, value)]));

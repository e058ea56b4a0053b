import { expect, it } from 'vitest';
import { SourceCounts } from '../../ingest/source-counts.ts';
import { takeIn } from '../../ingest/take-in.ts';
import { HOUR, instant } from '../../src/core/time.ts';
import { NOON, memory, sample } from './sample-of.ts';

const known = (samples: readonly ReturnType<typeof sample>[]) =>
  samples.map((each) => ({ sample: each, memory: memory({ judgedUpTo: instant(NOON - 5 * 60_000) }) }));

it('counts each reading once, by the hour in which it came', () => {
  const counts = new SourceCounts();
  const later = instant(NOON + HOUR + 1);
  const batch = known([
    sample(-4, 338),
    sample(-3, 999),
    sample(-60, 338),
    sample(-60, 337),
    sample(-2, 338, { receivedAt: later }),
    sample(-2, 338, { receivedAt: later }),
  ]);
  const { admitted } = takeIn(batch, new Map());
  counts.add(admitted);
  counts.addDoubled(batch, admitted);
  const own = { sensorId: 7, late: 0, doubled: 0, doubtful: 0 };
  expect(counts.portion(10)).toEqual([
    // Out of range, and a second value for one instant.
    { ...own, hour: NOON, good: 1, doubtful: 2, late: 1, lastGoodAt: NOON },
    { ...own, hour: instant(NOON + HOUR), good: 1, doubled: 1, lastGoodAt: later },
  ]);
});

it('gives what it counted in portions, and forgets what is stored', () => {
  const counts = new SourceCounts();
  for (let id = 0; id < 5; id += 1) {
    const own = memory({ sensor: { ...memory().sensor, id } });
    counts.add(takeIn([{ sample: sample(-1), memory: own }], null).admitted);
  }
  const first = counts.portion(3);
  expect(first.map(({ sensorId }) => sensorId)).toEqual([0, 1, 2]);
  expect(counts.portion(3)).toEqual(first);
  counts.stored(first);
  expect(counts.portion(3).map(({ sensorId }) => sensorId)).toEqual([3, 4]);
  counts.stored(counts.portion(3));
  expect([counts.size, counts.portion(3)]).toEqual([0, []]);
});

import { expect } from 'vitest';
import { runBus9600 } from './bus-9600.ts';

/** A poll on this bus takes 22 ms or more: sixty slaves each second are more than it can carry. */
const UNITS = 60;

/**
 * Runs a bus that has too much to do until so many polls were made. Nothing is queued: to the end values are of now, all slaves
 * have their share, and what is remembered does not grow.
 */
export async function expectKeepsUp(polls: number): Promise<void> {
  const counts = new Map<string, number>();
  let made = 0;
  let worstMs = 0;
  const heaps: number[] = [];
  const began = Date.UTC(2026, 6, 1);
  const lengthMs = polls * 25;
  let newest = 0;
  await runBus9600({
    units: UNITS,
    everyS: 1,
    lengthMs,
    take({ sensorCode, observedAt, receivedAt }) {
      made += 1;
      newest = receivedAt;
      worstMs = Math.max(worstMs, receivedAt - observedAt);
      counts.set(sensorCode, (counts.get(sensorCode) ?? 0) + 1);
      if (made % Math.ceil(polls / 10) === 0) {
        globalThis.gc?.();
        heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
      }
    },
  });
  expect(made).toBeGreaterThan(0.9 * polls);
  expect(lengthMs - (newest - began)).toBeLessThan(1_000);
  expect(worstMs).toBeLessThan(100);
  const shares = [...counts.values()];
  expect(shares).toHaveLength(UNITS);
  expect(Math.max(...shares)).toBeLessThanOrEqual(Math.min(...shares) + 2);
  expect(heaps.at(-1)! - heaps[2]!, `MB of heap: ${heaps.map(Math.round).join(' ')}`).toBeLessThan(40);
}

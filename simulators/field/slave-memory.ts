import type { Memory } from '../modbus/memory.ts';
import type { HeldValues } from './held-values.ts';
import { registersOf } from './registers.ts';
import type { FieldPoint } from './registers.ts';

/** A slave as its points are read: each holds what its sensor measured last. */
export interface FieldSlave extends Memory {
  /** Whether it answers at all. */
  readonly isAlive: () => boolean;
}

/** Registers of a slave. One that has heard nothing of any of its sensors does not answer. */
export function fieldSlave(points: readonly FieldPoint[], held: HeldValues, nowMs: () => number): FieldSlave {
  const places = new Map<string, { readonly point: FieldPoint; readonly nth: number }>();
  for (const point of points)
    for (const [nth] of registersOf(point, null).entries())
      places.set(`${point.table} ${String(point.address + nth)}`, { point, nth });
  return {
    isAlive: () => points.some(({ sensor }) => held.of(sensor, nowMs()) !== undefined),
    register(table, address) {
      const place = places.get(`${table} ${String(address)}`);
      if (place === undefined) return undefined;
      return registersOf(place.point, held.of(place.point.sensor, nowMs())?.value ?? null)[place.nth];
    },
    bit: () => undefined,
  };
}

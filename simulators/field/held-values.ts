import type { Measured } from './measured.ts';

/** How long devices go on without hearing of the world, ms: then they are as dead as it. */
export const LIVES_MS = 60_000;

/** What a device measured last, and when, epoch ms. null: it says that it has no value. */
export interface Held {
  readonly value: number | null;
  readonly atMs: number;
}

/** What the devices of a site hold: the newest of each code, until they fall silent. */
export interface HeldValues {
  /** Takes what was measured; later wins. */
  take(measured: Measured, atMs: number): void;
  /** undefined: its device says nothing. */
  of(code: string, nowMs: number): Held | undefined;
}

/** Holds nothing at first: every device is silent. */
export function heldValues(): HeldValues {
  const held = new Map<string, Held>();
  return {
    take({ values, silent }, atMs) {
      for (const [code, value] of Object.entries(values)) held.set(code, { value, atMs });
      for (const code of silent) held.delete(code);
    },
    of(code, nowMs) {
      const newest = held.get(code);
      return newest === undefined || nowMs - newest.atMs > LIVES_MS ? undefined : newest;
    },
  };
}

import type { Flag, Reading } from '../../src/core/reading.ts';
import type { Plausibility } from '../../src/core/sensor.ts';
import type { Instant } from '../../src/core/time.ts';

/** A value with its time, as the next ones are compared with it. */
export interface Valued {
  readonly at: Instant;
  readonly value: number;
}

/** A reading that is remembered. */
export interface Remembered extends Valued {
  /** It was told as too fast, a spike or a step. */
  readonly jumped: boolean;
  readonly stuck: boolean;
}

/** The newest readings that had their turn, oldest first. */
export type Past = readonly Remembered[];

/**
 * Readings with one of these are not compared with: their place in time is not known, they did not have their turn,
 * somebody worked on the point, or no instrument of that range can have measured them. Doubtful ones are: a change
 * that lasts must become believable.
 */
export const NOT_COMPARED = [
  'out-of-range',
  'clock-ahead',
  'before-installation',
  'conflict',
  'late',
  'maintenance',
  'retired',
] as const satisfies readonly Flag[];

const NOT_COMPARED_SET: ReadonlySet<Flag> = new Set(NOT_COMPARED);
const JUMPS: ReadonlySet<Flag> = new Set(['too-fast', 'spike', 'step-after-gap']);

/** A stored reading as it is remembered; null when nothing is compared with it. */
export function rememberedOf({ observedAt, value, flags }: Pick<Reading, 'observedAt' | 'value' | 'flags'>) {
  if (value === null || flags.some((flag) => NOT_COMPARED_SET.has(flag))) return null;
  const jumped = flags.some((flag) => JUMPS.has(flag));
  return { at: observedAt, value, jumped, stuck: flags.includes('stuck') } satisfies Remembered;
}

/** How far back a reading is looked for that did not jump. */
const BEFORE_A_JUMP = 8;
/**
 * How many steps before a value came to rest show whether it trembled: twice as long as it rests. A level shown in whole
 * centimetres wavers for an hour and rests for three (a pond in Canada, 2020); over six hours it rests more than it moves.
 */
export const trembleSteps = (restingReadings: number): number => Math.max(12, 2 * restingReadings);

/** How many readings must be remembered to tell what is plausible; 0 when nothing is looked at. */
export function lookBack({ perHourMax, spike, stepAfterGap, stuck }: Plausibility): number {
  return Math.max(
    perHourMax === undefined && stepAfterGap === undefined ? 0 : BEFORE_A_JUMP,
    spike === undefined ? 0 : spike.readings - 1,
    stuck === undefined ? 0 : stuck.readings - 1 + trembleSteps(stuck.readings),
  );
}

/**
 * Whether something is so against the newest reading, and also against the newest that did not jump: what comes back
 * from a spike is no jump, and of a change that lasts only the first reading is one.
 */
export function isJump(past: Past, isFrom: (before: Valued) => boolean): boolean {
  const newest = past.at(-1);
  if (newest === undefined || !isFrom(newest)) return false;
  const steady = past.findLast(({ jumped }) => !jumped);
  return steady === undefined || isFrom(steady);
}

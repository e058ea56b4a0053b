import type { DurationMs } from '../../src/core/time.ts';
import { MOST, PLACES, isBitTable } from './request-frame.ts';
import type { ReadRequest, Table } from './request-frame.ts';
import { rtuShape } from './rtu-frame.ts';
import type { Found, Shape } from './shape-frame.ts';

/** An answer that was not waited for any longer, and may still come. */
export interface Owed {
  readonly shape: Shape;
  /** When it was given up, by the line's own count. */
  readonly since: DurationMs;
}

/** Longest that a modem is believed to hold something back. */
const LATE_MOST_MS: DurationMs = 10 * 60_000;
/** Of a whole line. Probes grow seldom, and what is old is forgotten: more there are not. */
const OWED_MOST = 512;

/** After an answer did not come in time. */
export const givenUp = (owed: readonly Owed[], shape: Shape, now: DurationMs): readonly Owed[] =>
  [...stillOwed(owed, now), { shape, since: now }].slice(-OWED_MOST);

/** Without what can come no more. */
const stillOwed = (owed: readonly Owed[], now: DurationMs): readonly Owed[] =>
  owed.filter(({ since }) => now - since < LATE_MOST_MS);

/**
 * What a frame that came is: the `answer` to what is asked; a `late` one, which is dropped and forgives nothing, for it may
 * come twice; or `unsure`: an exception that may be the one or the other, and neither is believed. A line and its slave
 * keep the order of what they are asked, and two answers of one look are never waited for together (`isOwed`).
 */
export function arrived(
  owed: readonly Owed[],
  { shape, answer }: Found,
  asked: Shape | null,
): 'answer' | 'late' | 'unsure' {
  if (asked === null || asked.device !== shape.device) return 'late';
  if (answer.kind === 'data' || shape.refusalKey === null) return asked.key === shape.key ? 'answer' : 'late';
  if (asked.refusalKey !== shape.refusalKey) return 'late';
  return owed.some((each) => each.shape.refusalKey === shape.refusalKey) ? 'unsure' : 'answer';
}

/** After an answer: nothing older of its slave can come behind it. */
export const settled = (owed: readonly Owed[], { device }: Shape): readonly Owed[] =>
  owed.length === 0 ? owed : owed.filter(({ shape }) => shape.device !== device);

/** Whether asking this would make two answers of one look possible. */
export const isOwed = (owed: readonly Owed[], { key, refusalKey }: Shape): boolean =>
  refusalKey !== null && owed.some(({ shape }) => shape.key === key);

const OTHER: Readonly<Record<Table, Table>> = {
  coil: 'discrete',
  discrete: 'coil',
  holding: 'input',
  input: 'holding',
};

/**
 * A read of the same place that looks like nothing that is owed: its answer says that all before it has come or is lost.
 * Undefined when there is none: then the slave has to be left alone until it owes less.
 */
export function marker(owed: readonly Owed[], read: ReadRequest): ReadRequest | undefined {
  return [...markers(read)].find((each) => !isOwed(owed, rtuShape(each)));
}

/** Shorter reads first: no slave that gave the long one refuses them. Then the other table, then longer ones. */
function* markers(read: ReadRequest): Generator<ReadRequest> {
  const step = isBitTable(read.table) ? 8 : 1;
  for (let count = read.count - step; count > 0; count -= step) yield { ...read, count };
  const most = Math.min(MOST[read.table], PLACES - read.address, read.count + 16 * step);
  for (let count = read.count; count <= most; count += step) {
    yield { ...read, table: OTHER[read.table], count };
    if (count > read.count) yield { ...read, count };
  }
}

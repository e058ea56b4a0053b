import type { DurationMs } from '../../src/core/time.ts';

/** When a device is asked next. Moments are counted by the line, from an instant of the clock: see `firstTurn`. */
export interface Turn {
  readonly everyMs: DurationMs;
  readonly dueAt: DurationMs;
  /** When its last poll was over. */
  readonly polledAt: DurationMs;
  /** Polls without an answer since the last one that had it. */
  readonly failures: number;
  /** Places of the grid that passed while the line was busy, since the last poll. */
  readonly missed: number;
}

/** Longest pause between two probes of a dead device, or its own period if that is longer. */
const PROBE_EVERY_MOST_MS: DurationMs = 5 * 60_000;

/** The first poll is at once, so that a start shows what works; the grid begins after it. */
export const firstTurn = (everyMs: DurationMs, now: DurationMs): Turn => ({
  everyMs,
  dueAt: now,
  polledAt: -Infinity,
  failures: 0,
  missed: 0,
});

/** The first place of the grid after `now`: multiples of the period, so that nothing drifts. */
const nextPlace = (everyMs: DurationMs, now: DurationMs): DurationMs => (Math.floor(now / everyMs) + 1) * everyMs;

/**
 * After a poll that was answered, however long it took. On a line that has too much to do the newest place that passed is
 * still its own, so that all have their share; those before it are left out.
 */
export function answered({ everyMs, dueAt, failures }: Turn, now: DurationMs): Turn {
  if (failures > 0) return { everyMs, dueAt: nextPlace(everyMs, now), polledAt: now, failures: 0, missed: 0 };
  const following = nextPlace(everyMs, dueAt);
  const due = Math.max(following, Math.floor(now / everyMs) * everyMs);
  return { everyMs, dueAt: due, polledAt: now, failures: 0, missed: Math.round((due - following) / everyMs) };
}

/**
 * After one that was not: once more when there is room, for it may have been noise; then at its own period, then more
 * and more seldom.
 */
export function unanswered({ everyMs, failures }: Turn, now: DurationMs): Turn {
  const again = failures + 1;
  const pauseMs = Math.min(everyMs * 2 ** Math.min(again - 2, 20), Math.max(everyMs, PROBE_EVERY_MOST_MS));
  const dueAt = again === 1 ? now : nextPlace(everyMs, now + pauseMs - everyMs);
  return { everyMs, dueAt, polledAt: now, failures: again, missed: 0 };
}

/** After the line came back: whoever was silent is asked at once. */
export const afresh = (turn: Turn, now: DurationMs): Turn =>
  turn.failures === 0 ? turn : { ...turn, dueAt: now, failures: 1 };

/** Whose turn it is, or when to look again. */
export type Next = { readonly turn: number } | { readonly at: DurationMs };

/**
 * Whose turn it is. Those that answer come by the grid, of several the one polled longest ago; a dead one is probed in
 * between, when `probeMs`, the longest that it can take, fit before the next of them; after four of its periods without such
 * a gap, all the same.
 */
export function nextTurn(turns: readonly Turn[], now: DurationMs, probeMs: DurationMs): Next {
  let due = -1;
  let dead = -1;
  let liveAt = Infinity;
  for (const [i, turn] of turns.entries()) {
    if (turn.failures > 0) {
      if (turn.dueAt < (turns[dead]?.dueAt ?? Infinity)) dead = i;
      continue;
    }
    liveAt = Math.min(liveAt, turn.dueAt);
    if (turn.dueAt <= now && turn.polledAt < (turns[due]?.polledAt ?? Infinity)) due = i;
  }
  if (due >= 0) return { turn: due };
  const probed = turns[dead];
  if (probed === undefined) return { at: liveAt };
  if (probed.dueAt > now) return { at: Math.min(liveAt, probed.dueAt) };
  const isPatient = now - probed.dueAt < 4 * probed.everyMs;
  return liveAt - now < probeMs && isPatient ? { at: liveAt } : { turn: dead };
}

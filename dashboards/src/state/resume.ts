import type { Cursor, LiveEvent } from '../../../src/contract/live.ts';

/** How many events before the present are asked for at first, so that a fresh page has a history to show. */
const HISTORY = 60;

/** True for an event not seen yet. Positions may have holes, so only their order says anything. */
export const isNew = (cursor: Cursor, event: LiveEvent): boolean => event.position > cursor[event.log];

/** The cursor after an event; never moves back. */
export const advance = (cursor: Cursor, event: LiveEvent): Cursor =>
  isNew(cursor, event) ? { ...cursor, [event.log]: event.position } : cursor;

/** Where a fresh page starts: a little before the overview's cursor. What lies before it is already in the overview. */
export const beforeNow = (cursor: Cursor): Cursor =>
  Object.fromEntries(logsOf(cursor).map((log) => [log, Math.max(0, cursor[log] - HISTORY)])) as Cursor;

/** True when the server's logs end before what we have seen: another database; nothing we hold may be kept. */
export const isBehind = (server: Cursor, seen: Cursor): boolean => logsOf(seen).some((log) => server[log] < seen[log]);

const logsOf = (cursor: Cursor) => Object.keys(cursor) as (keyof Cursor)[];

/** How long to wait before try `tries` (1, 2, …): 0.5 s doubling to 8 s, less up to a third by `draw` in [0, 1). */
export const retryDelayMs = (tries: number, draw: number): number =>
  Math.min(8000, 500 * 2 ** Math.min(tries - 1, 10)) * (1 - draw / 3);

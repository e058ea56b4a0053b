import type { WebSocket } from 'ws';
import type { Cursor, LiveEvent, LiveReadings, ServerMessage } from '../../contract/live.ts';
import { LIVE_LOGS } from './event-log.ts';
import type { Stretch } from '../../platform/position-log.ts';
import type { Log } from './event-log.ts';
import { newestValues } from './newest-values.ts';

/** While more than this waits to be sent, curves are thinned and pulses left out. */
const LAGGING_BYTES = 64 * 1024;
/** A page for which more than this waits is cut: it comes back and resumes. */
export const CUT_BYTES = 4 * 1024 * 1024;
const ROWS_AT_ONCE = 500;

/** WebSocket close code "try again later". */
const TRY_AGAIN_LATER = 1013;

interface ClientOptions {
  /** Whether this page may know of a site, as of now. */
  readonly sees: (siteId: string) => boolean;
  readonly cutBytes: number;
  readonly readLog: (log: Log, stretch: Stretch) => Promise<LiveEvent[]>;
  /** How far events have been delivered to all pages. */
  readonly position: (log: Log) => number;
  readonly onThinned: () => void;
  readonly onEvent: () => void;
  readonly onCut: () => void;
}

export type LiveClient = ReturnType<typeof liveClient>;

/**
 * One page. Each log is first caught up from the page's own position, by reading, as fast as the page takes it;
 * once level with the follower it is joined, and from then on fed. Both ways check the position, so nothing is missed and nothing doubled.
 */
export function liveClient(socket: WebSocket, options: ClientOptions) {
  const { cutBytes, sees, readLog, position, onThinned, onEvent, onCut } = options;
  const joined = new Set<Log>();
  const newest = newestValues();
  let seen: Cursor | null = null;
  let waiting: (() => void)[] = [];

  const isOpen = () => socket.readyState === socket.OPEN;
  const isLagging = () => socket.bufferedAmount > LAGGING_BYTES;

  const send = (text: string) => {
    if (!isOpen()) return;
    socket.send(text, onSent);
    if (socket.bufferedAmount > cutBytes) {
      onCut();
      socket.close(TRY_AGAIN_LATER, 'reads too slowly');
    }
  };

  function onSent(): void {
    if (isOpen() && isLagging()) return;
    for (const readings of newest.take()) sendMessage({ type: 'readings', ...readings, thinned: true });
    const resolves = waiting;
    waiting = [];
    for (const resolve of resolves) resolve();
  }

  const sendMessage = (message: ServerMessage) => {
    send(JSON.stringify(message));
  };

  /** Resolves when the page has taken most of what was sent, or is gone. */
  const drained = async () => {
    while (isOpen() && isLagging()) await new Promise<void>((resolve) => waiting.push(resolve));
  };

  const sendEvent = (event: LiveEvent, text: string) => {
    if (seen === null || event.position <= seen[event.log]) return;
    seen = { ...seen, [event.log]: event.position };
    if (!sees(event.siteId)) return;
    onEvent();
    send(text);
  };

  const catchUp = async (log: Log, from: number) => {
    let after = from;
    while (isOpen()) {
      const upTo = position(log);
      if (after >= upTo) {
        // No event can be delivered between this look and the joining: both are in one turn of the loop.
        joined.add(log);
        return;
      }
      await drained();
      const events = await readLog(log, { after, upTo, limit: ROWS_AT_ONCE });
      for (const event of events) sendEvent(event, eventText(event));
      after = events.length < ROWS_AT_ONCE ? upTo : (events.at(-1)?.position ?? upTo);
    }
  };

  return {
    socket,
    hasResumed: (): boolean => seen !== null,

    /** Begins after `cursor`: says hello, sends all events since, goes on with those to come. */
    async resume(cursor: Cursor, now: number): Promise<void> {
      seen = cursor;
      sendMessage({ type: 'hello', now, cursor });
      for (const log of LIVE_LOGS) await catchUp(log, cursor[log]);
    },

    /** An event that all pages get; `text` is its message. */
    event(event: LiveEvent, text: string): void {
      if (joined.has(event.log)) sendEvent(event, text);
    },

    /** Readings that all pages get; a page that lags gets the newest of each sensor once it has caught up. */
    readings(readings: LiveReadings, text: string): void {
      if (seen === null || !isOpen() || !sees(readings.siteId)) return;
      if (!isLagging()) return void send(text);
      if (newest.isEmpty()) onThinned();
      newest.keep(readings);
    },

    /** Never left out: it is short, and its end must not be missed. */
    unrecorded(text: string): void {
      if (seen !== null) send(text);
    },

    /** A sign of life; left out while the page lags. */
    pulse(text: string): void {
      if (seen !== null && !isLagging()) send(text);
    },

    /** Lets go of whoever waits for a page that is gone. */
    gone(): void {
      onSent();
    },
  };
}

export const eventText = (event: LiveEvent): string => JSON.stringify({ type: 'event', event } satisfies ServerMessage);

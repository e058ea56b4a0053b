import { instant, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';

/** How patient a watchdog is. */
export interface Patience {
  /** Without a sign of life for so long it calls. */
  readonly silenceMs: DurationMs;
  /** After a start of its own it waits so long at least: what it slept through nobody could tell it. */
  readonly graceMs: DurationMs;
  /** No stop is believed for longer than this. */
  readonly longestStopMs: DurationMs;
}

/** What a watchdog knows of the service that it watches: kept on disk. */
export interface Watch {
  /** The last sign of life; `null`: none yet, and nobody is called before the first. */
  readonly heardAt: Instant | null;
  /** A stop that was announced. */
  readonly stop: { readonly declaredAt: Instant; readonly until: Instant; readonly why: string } | null;
  /** Since when it has been silent, while people are called for that; `null`: they are not. */
  readonly silentSince: Instant | null;
}

export type WatchEvent =
  /** It lives and all is well with it; its process has done so for `upMs`. */
  | { readonly type: 'alive'; readonly at: Instant; readonly upMs: DurationMs }
  /** It will be stopped, and be back within `forMs`. */
  | { readonly type: 'stopping'; readonly at: Instant; readonly forMs: DurationMs; readonly why: string }
  | { readonly type: 'time-passed'; readonly at: Instant; readonly startedAt: Instant };

interface Seen {
  readonly next: Watch;
  /** People are to be called from now on, or no more. */
  readonly effect: 'call' | 'end' | null;
}

export const UNHEARD: Watch = { heardAt: null, stop: null, silentSince: null };

/**
 * Watches a service by its signs of life.
 *
 *     unheard --alive--> heard --silence, and no stop announced or it has run out--> calling --alive--> heard
 *
 * A stop is over when the service is there again by a process that began after it was announced: the signs of the one that is
 * about to stop do not take it back. One announcement never shortens another.
 */
export function watched(patience: Patience, watch: Watch, event: WatchEvent): Seen {
  switch (event.type) {
    case 'alive': {
      const isBack = watch.stop !== null && event.at - event.upMs > watch.stop.declaredAt;
      const next = { heardAt: event.at, stop: isBack ? null : watch.stop, silentSince: null };
      return { next, effect: watch.silentSince === null ? null : 'end' };
    }
    case 'stopping': {
      const forMs = Math.min(event.forMs, patience.longestStopMs);
      const until = instant(Math.max(watch.stop?.until ?? 0, plus(event.at, forMs)));
      return { next: { ...watch, stop: { declaredAt: event.at, until, why: event.why } }, effect: null };
    }
    case 'time-passed': {
      if (
        watch.heardAt === null ||
        watch.silentSince !== null ||
        event.at <= deadline(patience, watch, event.startedAt)
      )
        return { next: watch, effect: null };
      return { next: { ...watch, stop: null, silentSince: watch.heardAt }, effect: 'call' };
    }
  }
}

/** When it calls if nothing is heard until then. */
const deadline = ({ silenceMs, graceMs }: Patience, { heardAt, stop }: Watch, startedAt: Instant): Instant =>
  instant(Math.max((heardAt ?? 0) + silenceMs, stop?.until ?? 0, startedAt + graceMs));

const SILENT = 'silent:';

/** Key of the fault "the monitoring gives no sign of life", by when that was last. */
export const silent = (since: Instant): string => SILENT + String(since);
export const isSilence = (key: string): boolean => key.startsWith(SILENT);

import type { Kysely } from 'kysely';
import type { Cursor, LiveEvent } from '../../contract/live.ts';
import { SECOND } from '../../core/time.ts';
import type { DurationMs } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { LIVE_LOGS, cursorOf, readLog } from './event-log.ts';
import type { Log } from './event-log.ts';

const ROWS_AT_ONCE = 500;
/** A look at the logs that takes longer waits for a database that does not answer. */
const LATE_AFTER_MS = 10 * SECOND;

interface FollowerOptions {
  readonly db: Kysely<Database>;
  readonly log: Logger;
  /** Takes new events in the order of their log; must not throw. When it is called, `position` is already past them. */
  readonly deliver: (events: readonly LiveEvent[]) => void;
  /** The logs are looked at this often even when nobody wakes the follower. */
  readonly pollMs?: DurationMs;
}

/** Follows the logs once for all pages of this gateway, from their ends at its start. */
export interface LogFollower {
  /** Everything up to here has been delivered. */
  position(log: Log): number;
  /** Resolves once positions are known. */
  readonly started: Promise<void>;
  /** False while the logs cannot be read, or do not come. */
  following(): boolean;
  /** Looks at once. */
  wake(): void;
  /** Follows until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

export function logFollower({ db, log: logger, deliver, pollMs = SECOND }: FollowerOptions): LogFollower {
  let setStarted = () => {};
  const started = new Promise<void>((resolve) => (setStarted = resolve));
  const alarm = alarmClock();
  let cursor: Cursor | null = null;
  let failing = false;
  /** When the look at the logs that is under way began, ms of this process; null between two. */
  let begun: number | null = null;

  const pass = async () => {
    if (cursor === null) {
      cursor = await cursorOf(db);
      setStarted();
      return;
    }
    for (const log of LIVE_LOGS) {
      for (let full = true; full; ) {
        const events = await readLog(db, log, { after: cursor[log], limit: ROWS_AT_ONCE });
        full = events.length === ROWS_AT_ONCE;
        const newest = events.at(-1);
        if (newest === undefined) break;
        cursor = { ...cursor, [log]: newest.position };
        deliver(events);
      }
    }
  };

  const guardedPass = async () => {
    begun = performance.now();
    try {
      await pass();
      if (failing) logger.info('the logs can be read again');
      failing = false;
    } catch (error) {
      if (!failing) logger.error({ err: error }, 'the logs cannot be read: pages are told that events may be late');
      failing = true;
    } finally {
      begun = null;
    }
  };
  const isLate = (): boolean => begun !== null && performance.now() - begun > LATE_AFTER_MS;

  return {
    position: (log) => cursor?.[log] ?? 0,
    started,
    following: () => cursor !== null && !failing && !isLate(),
    wake: () => {
      alarm.ring();
    },
    async run(signal) {
      const stop = () => {
        alarm.ring();
      };
      signal.addEventListener('abort', stop, { once: true });
      while (!signal.aborted) {
        await guardedPass();
        if (!signal.aborted) await alarm.sleep(pollMs);
      }
      signal.removeEventListener('abort', stop);
    },
  };
}

/** A sleep that can be cut short; a ring while awake cuts the next sleep. */
function alarmClock() {
  let rung = false;
  let wakeUp: (() => void) | null = null;
  return {
    ring(): void {
      rung = true;
      wakeUp?.();
    },
    async sleep(lengthMs: DurationMs): Promise<void> {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, lengthMs);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wakeUp = null;
      rung = false;
    },
  };
}

import type { Kysely } from 'kysely';
import { SECOND, elapsedMs, instant } from '../../core/time.ts';
import type { DurationMs, Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** A process beats every 5 s: two missed beats and the time to write one. */
const FRESH_FOR_MS = 15 * SECOND;

interface WatchOptions {
  readonly db: Kysely<Database>;
  /** Whose heartbeat. */
  readonly process: string;
  readonly lookEveryMs?: DurationMs;
}

/** Whether another process gets on with its work. A database that is away lets what was last seen grow old. */
export interface HeartbeatWatch extends Disposable {
  /** False before the first beat was seen, and when the last one is more than 15 s away from `now`. */
  isFresh(now: Instant): boolean;
  /** Looks once more, now. Never throws. */
  look(): Promise<void>;
}

/** Looks at once, so that a gateway that starts anew does not tell its pages that nobody calls, and then every two seconds until it is disposed. */
export function heartbeatWatch({ db, process, lookEveryMs = 2 * SECOND }: WatchOptions): HeartbeatWatch {
  let last: Instant | null = null;

  async function look(): Promise<void> {
    const asked = db.selectFrom('heartbeat').select('beat_at').where('process', '=', process);
    await asked.executeTakeFirst().then(
      (row) => (last = row === undefined ? null : instant(row.beat_at.getTime())),
      () => {},
    );
  }

  void look();
  const looking = setInterval(() => void look(), lookEveryMs);
  return {
    // One from the future was written before a clock was set back: it would hold for as long as that was.
    isFresh: (now) => last !== null && Math.abs(elapsedMs(last, now)) <= FRESH_FOR_MS,
    look,
    [Symbol.dispose]() {
      clearInterval(looking);
    },
  };
}

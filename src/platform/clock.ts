import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { instant } from '../core/time.ts';
import type { Clock, DurationMs, Instant } from '../core/time.ts';
import type { Database } from './database.ts';

/** This host's clock, for arrival times. `offsetMs` shifts it in tests. */
export const hostClock = (offsetMs: DurationMs = 0): Clock => ({ now: () => instant(Date.now() + offsetMs) });

/** The clock that decides deadlines: the database's, read once a pass, so that all processes agree. */
export interface DatabaseClock {
  read(db: Kysely<Database>): Promise<Instant>;
}

export const databaseClock = (offsetMs: DurationMs = 0): DatabaseClock => ({
  async read(db) {
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
    const now = rows[0]?.now;
    if (now === undefined) throw new Error('the database returned no time');
    return instant(now.getTime() + offsetMs);
  },
});

/** A clock of this host that is kept at the database's time, for those who show deadlines and may not ask each time. */
export interface FollowedClock extends Clock {
  /** Compares once more. A database that is away changes nothing. */
  follow(): Promise<void>;
}

export function followedClock(db: Kysely<Database>, followed: DatabaseClock, host: Clock): FollowedClock {
  let aheadMs: DurationMs = 0;
  return {
    now: () => instant(Math.round(host.now() + aheadMs)),
    async follow() {
      const asked = host.now();
      const told = await followed.read(db).catch(() => null);
      // The answer was true half-way between question and arrival, give or take that half.
      if (told !== null) aheadMs = told - (asked + host.now()) / 2;
    },
  };
}

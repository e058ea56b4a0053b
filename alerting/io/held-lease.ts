import type { Kysely } from 'kysely';
import { MINUTE, plus } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { ClaimedAttempt } from './attempt-claim.ts';

/** Whoever hangs for longer than this has lost his turn: another must be able to ask the carrier. */
const HELD_AT_MOST_MS: DurationMs = MINUTE;

interface LeasePorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly leaseMs: DurationMs;
}

/**
 * Does the work on a claimed attempt, its lease renewed for as long as that lasts: whoever asks two carriers one after the other
 * may take longer than one lease, and another must not begin the same meanwhile. A claim that is lost is not taken back.
 */
export async function whileHeld(
  { db, clock, leaseMs }: LeasePorts,
  attempt: ClaimedAttempt,
  work: () => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const renewing = setInterval(() => {
    if (performance.now() - began > HELD_AT_MOST_MS) return clearInterval(renewing);
    // One that fails is made up for by the next; when none succeeds, the lease runs out, as it should.
    void renew().catch(() => {});
  }, leaseMs / 3);
  try {
    await work();
  } finally {
    clearInterval(renewing);
  }

  async function renew(): Promise<void> {
    const until = plus(await clock.read(db), leaseMs);
    await db
      .updateTable('attempt')
      .set({ lease_until: new Date(until) })
      .where('id', '=', attempt.id)
      .where('fence', '=', attempt.fence)
      .where('status', 'in', ['claimed', 'cancelling'])
      .where('lease_until', 'is not', null)
      .execute();
  }
}

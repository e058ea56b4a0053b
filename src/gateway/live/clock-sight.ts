import type { Kysely } from 'kysely';
import type { ClockView } from '../../contract/live.ts';
import { isClockRight } from '../../core/host-clock.ts';
import { MINUTE, SECOND, elapsedMs, instant } from '../../core/time.ts';
import type { DurationMs, Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** It is looked at every ten minutes; what was found then says nothing of an hour later. */
const HOLDS_FOR_MS = 25 * MINUTE;

/** What is known of the host's clock. A database that is away lets what was last found grow old. */
export interface ClockSight extends Disposable {
  at(now: Instant): ClockView;
  /** Reads once more, now. Never throws. */
  look(): Promise<void>;
}

/** Reads at once, and then every 30 s until it is disposed. */
export function clockSight(db: Kysely<Database>, lookEveryMs: DurationMs = 30 * SECOND): ClockSight {
  let found: Pick<ClockView, 'offsetMs' | 'against'> & { measuredAt: Instant } = {
    offsetMs: null,
    against: null,
    measuredAt: instant(0),
  };

  async function look(): Promise<void> {
    const asked = db.selectFrom('host_clock').selectAll().where('process', '=', 'alert').executeTakeFirst();
    await asked.then(
      (row) => {
        if (row === undefined) return;
        const { offset_ms: offsetMs, against, measured_at } = row;
        found = { offsetMs, against, measuredAt: instant(measured_at.getTime()) };
      },
      () => {},
    );
  }

  void look();
  const looking = setInterval(() => void look(), lookEveryMs);
  return {
    at(now) {
      const isOld = Math.abs(elapsedMs(found.measuredAt, now)) > HOLDS_FOR_MS;
      const { offsetMs, against } = isOld ? { offsetMs: null, against: null } : found;
      return { offsetMs, against, ok: isClockRight({ offsetMs, against }) };
    },
    look,
    [Symbol.dispose]() {
      clearInterval(looking);
    },
  };
}

import { MINUTE } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';
import { endedDay } from '../core/root-day.ts';
import { mayRewrite } from '../platform/app-role.ts';
import { recordAudit } from '../platform/audit.ts';
import { calendarOf, makeRoot, newestRoot } from '../platform/audit-root.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { OpenDatabase } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import { sealLogs } from '../platform/log-seal.ts';

/** How often the logs are sealed: what is changed in them earlier than that after it was written is not seen. */
const SEAL_EVERY_MS: DurationMs = 10 * MINUTE;

interface AuditorPorts {
  /** A pool of its own: those who call people never wait for it. */
  readonly database: Pick<OpenDatabase, 'db' | 'pool'>;
  readonly clock: DatabaseClock;
  readonly log: Logger;
  /** Roots are mailed: wakes whoever does. Null: they are not. */
  readonly mailDue: (() => void) | null;
}

/** Keeps the audit: one round does what is due. Safe with several at work. */
export interface Auditor {
  round(): Promise<void>;
}

/** Seals the logs every ten minutes, makes the root of each day that has ended, the offset of the host's clock beside it. */
export function auditor({ database, clock, log, mailDue }: AuditorPorts): Auditor {
  const { db, pool } = database;
  let sealedAt: Instant | null = null;
  let heldBy: 'privileges' | 'triggers' | null = null;
  return {
    async round() {
      heldBy ??= await whatHolds();
      const now = await clock.read(db);
      const day = endedDay(now, await calendarOf(db));
      const isRootDue = ((await newestRoot(db))?.day ?? '') < day;
      if (isRootDue || sealedAt === null || now - sealedAt >= SEAL_EVERY_MS || now < sealedAt) {
        await sealLogs(db, now);
        sealedAt = now;
      }
      if (isRootDue) await makeDaysRoot(day, now);
    },
  };

  async function whatHolds(): Promise<'privileges' | 'triggers'> {
    if (!(await mayRewrite(pool))) return 'privileges';
    log.warn(
      'the user of DATABASE_URL owns the tables: append-only is held by triggers alone; DATABASE_OWNER_URL parts them',
    );
    return 'triggers';
  }

  async function makeDaysRoot(day: string, now: Instant): Promise<void> {
    await writeClock(now);
    const root = await makeRoot(db, { day, now, mail: mailDue !== null, facts: { appendOnlyBy: heldBy } });
    if (root === null) return;
    log.info(`audit root ${day} ${String(root.position)} ${root.hash}`);
    mailDue?.();
  }

  /** How the host's clock goes, each day; when it goes wrong or right again, whoever watches it says so. */
  async function writeClock(now: Instant): Promise<void> {
    for (const { process, offset_ms, against, measured_at } of await db
      .selectFrom('host_clock')
      .selectAll()
      .execute()) {
      const facts = { process, offsetMs: offset_ms, against, measuredAt: measured_at.toISOString() };
      await recordAudit(db, { at: now, who: 'alert', action: 'host/clock', facts });
    }
  }
}

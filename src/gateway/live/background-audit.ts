import type { Kysely } from 'kysely';
import { recordAudit } from '../../platform/audit.ts';
import type { AuditEntry } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import type { Logger } from '../../platform/logger.ts';

/** Rows that wait at most; what comes while more do is left out. */
const WAITING_MAX = 500;

/**
 * Appends to the audit one row after the other, behind whoever calls: nobody waits for it and nothing fails by it.
 * While the database is away rows are left out, which is logged once.
 */
export function backgroundAudit(db: Kysely<Database>, log: Logger): (entry: AuditEntry) => void {
  let waiting = 0;
  let behind: Promise<void> = Promise.resolve();
  let isLeavingOut = false;
  const leaveOut = (error?: unknown) => {
    if (!isLeavingOut) log.warn({ err: error }, 'screens are not recorded in the audit');
    isLeavingOut = true;
  };
  return (entry) => {
    if (waiting >= WAITING_MAX) {
      leaveOut();
      return;
    }
    waiting += 1;
    behind = behind
      .then(() => recordAudit(db, entry))
      .then(() => {
        isLeavingOut = false;
      }, leaveOut)
      .finally(() => {
        waiting -= 1;
      });
  };
}

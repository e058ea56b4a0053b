import type { Kysely } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { Database } from './database.ts';

/** Something that somebody decided or did. */
export interface AuditEntry {
  readonly at: Instant;
  /** Who: the name of an account, `kiosk:NAME`, `token:NAME`, `command line, USER`, or a process. */
  readonly who: string;
  /** Area and verb, never renamed: `callout/release`. */
  readonly action: string;
  /** The site it concerns; left out: none, or all of them. */
  readonly siteId?: string;
  /** What was decided, with what stood before and after where something changed. Never a secret, never a telephone number. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * Appends to the audit: in the transaction of what it tells of, where there is one.
 * It is the last thing that a transaction waits for: whoever holds the audit waits for nothing else.
 */
export async function recordAudit(db: Kysely<Database>, { at, who, action, siteId, facts }: AuditEntry): Promise<void> {
  await db
    .insertInto('audit')
    .values({ at: new Date(at), who, action, site_id: siteId ?? null, facts: JSON.stringify(facts) })
    .execute();
}

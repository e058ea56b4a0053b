import type { Kysely, Transaction } from 'kysely';
import { PERMISSIONS, accessOf, accessOfScopes } from '../core/access.ts';
import type { Access, Grant } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { AuditEntry } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';
import { grantsOf } from './grants.ts';
import type { Session, SessionKey, Sessions } from './sessions.ts';
import { administrators, oneAtATime } from './setup.ts';

/** Who changes people, groups or credentials. */
export interface Changer {
  /** As it stands in the audit. */
  readonly who: string;
  /** null: the command line, which may everything. */
  readonly session: Session | null;
}

/** A change under way: there is no other at this moment, and what the changer may is as of now. */
export interface Change {
  readonly tx: Transaction<Database>;
  readonly now: Instant;
  readonly who: string;
  readonly access: Access;
  /** Of the changer; null: the command line. */
  readonly accountId: string | null;
}

interface Done<T> {
  readonly answer: T;
  readonly audit: Pick<AuditEntry, 'action' | 'siteId' | 'facts'>;
  /** Sessions that were deleted: what they hold open is closed. */
  readonly ended?: readonly SessionKey[];
}

interface AdministrationPorts {
  readonly db: Kysely<Database>;
  readonly clock: { now(): Instant };
  readonly sessions: Pick<Sessions, 'forget'>;
  readonly sessionEnded: (key: SessionKey) => void;
  readonly accessChanged: () => void;
}

export type Administration = <T>(by: Changer, work: (change: Change) => Promise<Done<T>>) => Promise<T>;

/**
 * Makes one change of who may what: one after the other, so that two administrators who shut each other out leave one;
 * audited; and what is open learns of it at once. Throws `account/last-admin` where nobody would administer every site any more.
 */
export function administration(ports: AdministrationPorts): Administration {
  const { db, clock, sessions, sessionEnded, accessChanged } = ports;
  return async (by, work) => {
    const now = clock.now();
    const { answer, ended = [] } = await db.transaction().execute(async (tx) => {
      await oneAtATime(tx);
      const before = await administrators(tx);
      const accountId = by.session?.account.id ?? null;
      const done = await work({ tx, now, who: by.who, access: await presentAccess(tx, by.session), accountId });
      if (before.length > 0 && (await administrators(tx)).length === 0)
        throw new AppError('account/last-admin', 'nobody would be left who administers every site');
      await recordAudit(tx, { at: now, who: by.who, ...done.audit });
      return done;
    });
    for (const key of ended) {
      sessions.forget(key);
      sessionEnded(key);
    }
    accessChanged();
    return answer;
  };
}

/** Whoever was shut out, or lost a role, between the door and here changes nothing any more. */
async function presentAccess(tx: Transaction<Database>, session: Session | null): Promise<Access> {
  if (session === null) return accessOfScopes(PERMISSIONS, null);
  if (session.kind !== 'person') throw denied();
  const row = await tx
    .selectFrom('account')
    .select('disabled_at')
    .where('id', '=', session.account.id)
    .executeTakeFirst();
  if (row === undefined || row.disabled_at !== null) throw denied();
  return accessOf(await grantsOf(tx, session.account.id), { secondFactor: session.secondFactor });
}

export const denied = (): AppError => new AppError('access/denied', 'your roles do not allow this');

/** Throws `site/not-found` where one of these is none. */
export async function expectSites(
  { tx }: Change,
  siteIds: readonly (string | null)[] | null,
  field: string,
): Promise<void> {
  const asked = [...new Set(siteIds)].filter((siteId) => siteId !== null);
  if (asked.length === 0) return;
  const there = await tx.selectFrom('site').select('id').where('id', 'in', asked).execute();
  if (there.length < asked.length) throw new AppError('site/not-found', 'there is no such site', { field });
}

/** The site that all of these concern, for the audit: who administers it reads there what was done. */
export function siteOfGrants(grants: readonly Grant[]): { readonly siteId?: string } {
  const [siteId, ...others] = new Set(grants.map((grant) => grant.siteId));
  return siteId === undefined || siteId === null || others.length > 0 ? {} : { siteId };
}

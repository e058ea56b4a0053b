import type { Kysely } from 'kysely';
import type { OpenSession, SessionView } from '../../contract/session.ts';
import { waitingForSecondFactor } from '../../core/access.ts';
import type { Database } from '../../platform/database.ts';
import type { Session, SessionKey } from '../sessions.ts';

/** Who is signed in, and what they may. */
export async function sessionView(db: Kysely<Database>, session: Session): Promise<SessionView> {
  const { account, kind, access, grants, secondFactor, mustChangePassword } = session;
  const row =
    kind !== 'person'
      ? undefined
      : await db.selectFrom('account').select('totp_confirmed_at').where('id', '=', account.id).executeTakeFirst();
  return {
    name: account.name,
    kind,
    mustChangePassword,
    secondFactor,
    secondFactorSetUp: (row?.totp_confirmed_at ?? null) !== null,
    waitingRoles: secondFactor ? [] : [...waitingForSecondFactor(grants)],
    grants: [...grants],
    permissions: Object.fromEntries([...access].map(([name, sites]) => [name, sites === 'all' ? sites : [...sites]])),
  };
}

/** The sessions of an account, newest first. */
export async function openSessions(
  db: Kysely<Database>,
  accountId: string,
  current: SessionKey | null,
): Promise<OpenSession[]> {
  const rows = await db
    .selectFrom('session')
    .select(['id', 'created_at', 'seen_at', 'expires_at', 'address', 'agent', 'second_factor'])
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    sessionId: row.id,
    current: row.id === current,
    beganAt: row.created_at.getTime(),
    seenAt: row.seen_at?.getTime() ?? null,
    expiresAt: row.expires_at.getTime(),
    address: row.address,
    agent: row.agent,
    secondFactor: row.second_factor,
  }));
}

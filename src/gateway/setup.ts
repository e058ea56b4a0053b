import { timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { ALL_SITES } from '../core/access.ts';
import type { Grant } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';
import { createAccount } from './accounts.ts';
import { digestOf, spellable } from './secret-words.ts';

/** The first administrator of a mine is often its only IT person: what they may is divided among others later. */
const FIRST_ROLES = ['admin', 'engineer', 'operator'] as const;

/** Accounts that may sign in and administer every site. While there is none, the wizard is open. */
export async function administrators(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('account')
    .innerJoin('role_grant', (join) =>
      join.on((eb) =>
        eb.or([
          eb('role_grant.account_id', '=', eb.ref('account.id')),
          eb.exists(
            eb
              .selectFrom('group_member')
              .select('group_member.group_id')
              .whereRef('group_member.group_id', '=', 'role_grant.group_id')
              .whereRef('group_member.account_id', '=', 'account.id'),
          ),
        ]),
      ),
    )
    .select('account.id')
    .distinct()
    .where('role', '=', 'admin')
    .where('role_grant.site_id', 'is', null)
    .where('disabled_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

/** Waits for whoever changes who may what, so that there is one at a time: the first-run wizard, and each administrator after it. */
export const oneAtATime = (tx: Transaction<Database>) => sql`lock table setup_code in exclusive mode`.execute(tx);

/** Draws the code that opens the wizard; one that was drawn before opens nothing any more. null: somebody administers. */
export async function drawSetupCode(db: Kysely<Database>, now: Instant): Promise<string | null> {
  if ((await administrators(db)).length > 0) return null;
  const code = spellable(4);
  const drawn = { code_hash: digestOf(code), made_at: new Date(now) };
  await db
    .insertInto('setup_code')
    .values(drawn)
    .onConflict((conflict) => conflict.column('one').doUpdateSet(drawn))
    .execute();
  return code;
}

interface FirstAdmin {
  readonly code: string;
  readonly name: string;
  readonly password: string;
}

/** Makes the first administrator. Throws `setup/closed` once there is one, `setup/wrong-code`, `account/exists`. */
export function setUp(db: Kysely<Database>, { code, name, password }: FirstAdmin, now: Instant): Promise<string> {
  return db.transaction().execute(async (tx) => {
    // Two browsers with the same link: one of them is first.
    await oneAtATime(tx);
    if ((await administrators(tx)).length > 0) throw new AppError('setup/closed', 'there is an administrator already');
    const drawn = await tx.selectFrom('setup_code').select('code_hash').executeTakeFirst();
    const given = digestOf(code.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase());
    if (drawn === undefined || !timingSafeEqual(drawn.code_hash, given))
      throw new AppError('setup/wrong-code', 'the setup code is wrong, or a newer one was printed', { field: 'code' });
    const grants: Grant[] = FIRST_ROLES.map((role) => ({ role, siteId: ALL_SITES }));
    const { id } = await createAccount(tx, { name, grants, password }, now);
    await tx.deleteFrom('setup_code').execute();
    await recordAudit(tx, { at: now, who: name, action: 'setup/first-admin', facts: { roles: FIRST_ROLES } });
    return id;
  });
}

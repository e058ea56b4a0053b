import type { Kysely } from 'kysely';
import { ALL_SITES, ROLES } from '../core/access.ts';
import type { Grant, Role } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { createAccount, hashed, setPassword } from '../gateway/accounts.ts';
import { secondFactor } from '../gateway/second-factor.ts';
import { sessions } from '../gateway/sessions.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';

interface AccountCommandPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
}

/** As they were written. */
interface Options {
  readonly role?: readonly string[] | undefined;
  readonly at?: string | undefined;
}

const USAGE = [
  'tailwatch account add NAME --role ROLE [--role ROLE ...] [--at SITE]',
  'tailwatch account reset-password NAME',
  'tailwatch account reset-second-factor NAME',
  'tailwatch account list',
].join('\n       ');

/**
 * `account add NAME --role ROLE` makes an account with roles at one site, or at all of them, and prints its first
 * password; `reset-password` and `reset-second-factor` are for who lost one, and end every session of the account.
 * @throws AppError `account/exists`, `account/not-found`, `site/not-found`, or `config/setting` for what cannot be understood
 */
export async function accountCommand(
  words: readonly string[],
  options: Options,
  ports: AccountCommandPorts,
): Promise<void> {
  const [action, given = '', ...more] = words;
  const name = given.trim();
  if (more.length > 0 || (action === 'list') !== (words.length === 1)) throw misused();
  if (action !== 'list' && name === '')
    throw new AppError('config/setting', 'the name of an account must not be blank');
  switch (action) {
    case 'add':
      return add(name, await grantsIn(options, ports.db), ports);
    case 'reset-password':
      return resetPassword(name, ports);
    case 'reset-second-factor':
      return resetSecondFactor(name, ports);
    case 'list':
      return list(ports);
    default:
      throw misused();
  }
}

const misused = (): AppError => new AppError('config/setting', `usage: ${USAGE}`);

async function grantsIn({ role = [], at }: Options, db: Kysely<Database>): Promise<Grant[]> {
  const wrong = role.find((each) => !ROLES.some((known) => known === each));
  if (role.length === 0 || wrong !== undefined)
    throw new AppError(
      'config/setting',
      `--role must be one of ${ROLES.join(', ')}${wrong === undefined ? '' : `, not "${wrong}"`}`,
    );
  if (at !== undefined) {
    const site = await db.selectFrom('site').select('id').where('id', '=', at).executeTakeFirst();
    if (site === undefined) throw new AppError('site/not-found', `there is no site "${at}"`);
  }
  return role.map((each) => ({ role: each as Role, siteId: at ?? ALL_SITES }));
}

async function add(
  name: string,
  grants: readonly Grant[],
  { db, now, who, print }: AccountCommandPorts,
): Promise<void> {
  const password = await db.transaction().execute(async (tx) => {
    const made = await createAccount(tx, { name, grants, password: null }, now);
    await recordAudit(tx, { at: now, who, action: 'account/made', facts: { account: name, grants } });
    return made.password;
  });
  print(`Account "${name}" can sign in now. Its password, shown only this once: ${password}`);
}

async function resetPassword(name: string, ports: AccountCommandPorts): Promise<void> {
  const { db, now, who, print } = ports;
  const id = await idOf(db, name);
  const first = await hashed(null);
  await setPassword(db, id, first);
  await sessions(db).endOthers(id, null);
  await recordAudit(db, { at: now, who, action: 'account/password-reset', facts: { account: name } });
  print(`The password of "${name}", shown only this once: ${first.password}`);
}

async function resetSecondFactor(name: string, { db, now, who, print }: AccountCommandPorts): Promise<void> {
  const id = await idOf(db, name);
  await secondFactor(db, null).remove(id);
  await sessions(db).endOthers(id, null);
  await recordAudit(db, { at: now, who, action: 'account/second-factor-reset', facts: { account: name } });
  print(`"${name}" signs in with the password alone until a new second factor is set up.`);
}

async function list({ db, print }: AccountCommandPorts): Promise<void> {
  const rows = await db
    .selectFrom('account')
    .leftJoin('role_grant', 'role_grant.account_id', 'account.id')
    .select(['name', 'disabled_at', 'totp_confirmed_at', 'role', 'site_id'])
    .orderBy('name')
    .orderBy('role')
    .execute();
  for (const [name, held] of Map.groupBy(rows, (row) => row.name)) {
    const roles = held.flatMap(({ role, site_id }) => (role === null ? [] : [`${role} at ${site_id ?? 'all sites'}`]));
    const [first] = held;
    const notes = [
      ...((first?.disabled_at ?? null) === null ? [] : ['shut out']),
      ...((first?.totp_confirmed_at ?? null) === null ? [] : ['second factor']),
    ];
    print([name, roles.join(', ') || 'no role of its own', ...notes].join('; '));
  }
}

async function idOf(db: Kysely<Database>, name: string): Promise<string> {
  const row = await db.selectFrom('account').select('id').where('name', '=', name).executeTakeFirst();
  if (row === undefined) throw new AppError('account/not-found', `there is no account "${name}"`);
  return row.id;
}

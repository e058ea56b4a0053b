import type { Kysely } from 'kysely';
import { AccountName } from '../contract/session.ts';
import { ALL_SITES, ROLES } from '../core/access.ts';
import type { Grant, Role } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { accountDesk } from '../gateway/account-desk.ts';
import type { Database } from '../platform/database.ts';
import { administrationByCommand } from './administration.ts';

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
  readonly at?: readonly string[] | undefined;
}

const USAGE = [
  'tailwatch account add NAME --role ROLE [--role ROLE ...] [--at SITE ...]',
  'tailwatch account disable|enable|reset-password|reset-second-factor NAME',
  'tailwatch account identity NAME [SUBJECT]',
  'tailwatch account list',
].join('\n       ');

/**
 * `account add NAME --role ROLE` makes an account with roles at some sites, or at all of them, and prints its first
 * password; `reset-password` and `reset-second-factor` are for who lost one; `disable` shuts out until `enable`;
 * `identity` says who it is at the OpenID provider, without SUBJECT nobody. All but `enable` end the account's sessions.
 * @throws AppError `account/exists`, `account/not-found`, `account/last-admin`, `account/identity-taken`,
 *   `site/not-found`, or `config/setting` for what cannot be understood
 */
export async function accountCommand(
  words: readonly string[],
  options: Options,
  ports: AccountCommandPorts,
): Promise<void> {
  const [action = '', given = '', ...more] = words;
  const name = given.trim();
  if (more.length > (action === 'identity' ? 1 : 0) || (action === 'list') !== (words.length === 1)) throw misused();
  if (action !== 'list' && name === '')
    throw new AppError('config/setting', 'the name of an account must not be blank');
  if (action === 'list') return list(ports);
  if (action === 'add') return add(name, options, ports);
  const change = CHANGES[action];
  if (change === undefined) throw misused();
  const [subject = null] = more;
  await change({ name, id: await idOf(ports.db, name), subject }, ports);
}

const misused = (): AppError => new AppError('config/setting', `usage: ${USAGE}`);

function grantsIn({ role = [], at = [] }: Options): Grant[] {
  const wrong = role.find((each) => !ROLES.some((known) => known === each));
  if (role.length === 0 || wrong !== undefined)
    throw new AppError(
      'config/setting',
      `--role must be one of ${ROLES.join(', ')}${wrong === undefined ? '' : `, not "${wrong}"`}`,
    );
  const sites = at.length === 0 ? [ALL_SITES] : at;
  return role.flatMap((each) => sites.map((siteId) => ({ role: each as Role, siteId })));
}

async function add(given: string, options: Options, ports: AccountCommandPorts): Promise<void> {
  const grants = grantsIn(options);
  const name = AccountName.safeParse(given);
  if (!name.success) throw new AppError('config/setting', `a name ${name.error.issues[0]?.message ?? 'is wrong'}`);
  const { password } = await desk(ports).create(by(ports), { name: name.data, grants, groupIds: [] });
  ports.print(`Account "${name.data}" can sign in now. Its password, shown only this once: ${password}`);
}

interface Named {
  readonly name: string;
  readonly id: string;
  readonly subject: string | null;
}

const CHANGES: Readonly<Record<string, (account: Named, ports: AccountCommandPorts) => Promise<void>>> = {
  'reset-password': async ({ name, id }, ports) => {
    const password = await desk(ports).resetPassword(by(ports), id);
    ports.print(`The password of "${name}", shown only this once: ${password}`);
  },
  'reset-second-factor': async ({ name, id }, ports) => {
    await desk(ports).resetSecondFactor(by(ports), id);
    ports.print(`"${name}" signs in with the password alone until a new second factor is set up.`);
  },
  disable: async ({ name, id }, ports) => {
    await desk(ports).disable(by(ports), id);
    ports.print(`"${name}" is signed out, and shut out until: tailwatch account enable`);
  },
  enable: async ({ name, id }, ports) => {
    await desk(ports).enable(by(ports), id);
    ports.print(`"${name}" can sign in again.`);
  },
  identity: async ({ name, id, subject }, ports) => {
    await desk(ports).setIdentity(by(ports), id, subject);
    ports.print(
      subject === null
        ? `"${name}" is nobody at the OpenID provider.`
        : `"${name}" is "${subject}" at the OpenID provider.`,
    );
  },
};

const by = ({ who }: AccountCommandPorts) => ({ who, session: null });

const desk = ({ db, now }: AccountCommandPorts) => accountDesk(administrationByCommand(db, now));

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

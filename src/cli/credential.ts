import type { Kysely } from 'kysely';
import { NewCredential } from '../contract/people.ts';
import { TOKEN_SCOPES } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { credentialDesk } from '../gateway/credential-desk.ts';
import type { Database } from '../platform/database.ts';
import { administrationByCommand } from './administration.ts';

interface CredentialCommandPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  /** Who is written in the audit. */
  readonly who: string;
  /** Where browsers reach the gateway. */
  readonly publicUrl: string;
  readonly print: (text: string) => void;
}

/** As they were written. */
interface Options {
  readonly at?: readonly string[] | undefined;
  readonly scope?: readonly string[] | undefined;
  readonly days?: string | undefined;
}

const USAGE = {
  kiosk: 'tailwatch kiosk add NAME [--at SITE ...] [--days N] | revoke ID | list',
  token: 'tailwatch token add NAME --scope SCOPE [--scope SCOPE ...] [--at SITE ...] --days N | revoke ID | list',
} as const;

/** What the parts of a new one must be, in the words of whoever types them. */
const NAMED = { name: 'NAME must be one line of 80 characters at most', siteIds: '--at must name a site' };
const MUST: Readonly<Record<'kiosk' | 'token', Readonly<Record<string, string>>>> = {
  kiosk: { ...NAMED, days: '--days must be a number of days from 1 to 366; left out, it ends when it is revoked' },
  token: {
    ...NAMED,
    scopes: `--scope must be one of ${TOKEN_SCOPES.join(', ')}`,
    days: '--days must be a number of days from 1 to 366',
  },
};

/**
 * `kiosk add NAME` prints the address that a screen on a wall is opened with, `token add NAME` the token of a program:
 * both once. Without `--at` it is for every site.
 * @throws AppError `site/not-found`, `credential/not-found`, or `config/setting` for what cannot be understood
 */
export async function credentialCommand(
  kind: 'kiosk' | 'token',
  words: readonly string[],
  options: Options,
  ports: CredentialCommandPorts,
): Promise<void> {
  const [action, given = '', ...more] = words;
  if (more.length > 0 || (action === 'list') !== (words.length === 1)) throw misused(kind);
  switch (action) {
    case 'add':
      return add(kind, given, options, ports);
    case 'revoke':
      return revoke(kind, given, ports);
    case 'list':
      return list(kind, ports);
    default:
      throw misused(kind);
  }
}

const misused = (kind: 'kiosk' | 'token', why = ''): AppError =>
  new AppError('config/setting', `${why === '' ? '' : `${why}\n`}usage: ${USAGE[kind]}`);

async function add(kind: 'kiosk' | 'token', name: string, options: Options, ports: CredentialCommandPorts) {
  const days = options.days === undefined ? null : Number(options.days);
  const scopes = options.scope;
  const siteIds = options.at ?? null;
  const wanted = NewCredential.safeParse({ kind, name, siteIds, days, ...(scopes !== undefined && { scopes }) });
  if (!wanted.success) {
    const [where = ''] = wanted.error.issues[0]?.path ?? [];
    throw misused(kind, MUST[kind][String(where)]);
  }
  const { secret } = await deskOf(ports).make(byCommand(ports), wanted.data);
  ports.print(
    kind === 'kiosk'
      ? // Behind the #: no browser sends that part, and no log shows it.
        `Open this on the screen, shown only this once: ${ports.publicUrl}/#kiosk=${secret}`
      : `The token "${wanted.data.name}", shown only this once: ${secret}`,
  );
}

async function revoke(kind: 'kiosk' | 'token', id: string, ports: CredentialCommandPorts): Promise<void> {
  const rows = await ports.db.selectFrom('credential').select(['id', 'name']).where('kind', '=', kind).execute();
  const found = rows.find((row) => row.id === id);
  if (found === undefined) throw new AppError('credential/not-found', `there is no ${kind} "${id}": see ${kind} list`);
  await deskOf(ports).revoke(byCommand(ports), id);
  ports.print(`The ${kind} "${found.name}" opens nothing any more.`);
}

async function list(kind: 'kiosk' | 'token', { db, now, print }: CredentialCommandPorts): Promise<void> {
  const rows = await db.selectFrom('credential').selectAll().where('kind', '=', kind).orderBy('created_at').execute();
  for (const row of rows) {
    const ends = row.expires_at === null ? 'until revoked' : `until ${row.expires_at.toISOString()}`;
    const isOver = row.expires_at !== null && instant(row.expires_at.getTime()) <= now;
    const state = row.revoked_at !== null ? 'revoked' : isOver ? 'over' : ends;
    const what = [row.site_ids?.join(', ') ?? 'all sites', ...(kind === 'token' ? [row.scopes.join(', ')] : []), state];
    print([row.id, row.name, ...what].join('; '));
  }
}

const byCommand = ({ who }: CredentialCommandPorts) => ({ who, session: null });

const deskOf = ({ db, now }: CredentialCommandPorts) => credentialDesk(administrationByCommand(db, now));

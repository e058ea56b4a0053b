import pg from 'pg';
import { AppError } from '../core/errors.ts';
import { APPEND_ONLY } from './append-only.ts';

/** Who the service is in the database, where somebody else owns the tables. */
export interface AppRole {
  readonly name: string;
  /** Null: the server does not ask for one. */
  readonly password: string | null;
  /** Ours alone, as in the embedded database: its password is set anew. Else one that exists keeps its own. */
  readonly isOurs: boolean;
}

/** The role of a database URL. */
export function roleOf(databaseUrl: string, isOurs = false): AppRole {
  const { user = '', password } = new pg.Client({ connectionString: databaseUrl });
  return { name: user, password: typeof password === 'string' && password !== '' ? password : null, isOurs };
}

/**
 * Makes the role where there is none, and gives it exactly what the service needs on every table there is: on those that
 * are only appended to it may read and insert. What it has beyond that is taken away.
 * Run by the owner. @throws AppError `config/setting` when the role is the owner's own, or cannot be made
 */
export async function equipRole(owner: pg.ClientBase, role: AppRole): Promise<void> {
  const { rows } = await owner.query<{ owner: string; schema: string }>(
    'select current_user as owner, current_schema() as schema',
  );
  const { owner: ownerName = '', schema = '' } = rows[0] ?? {};
  if (ownerName === role.name) {
    throw new AppError('config/setting', 'DATABASE_URL must name another user than DATABASE_OWNER_URL');
  }
  await makeRole(owner, role);
  const name = pg.escapeIdentifier(role.name);
  const inSchema = pg.escapeIdentifier(schema);
  await owner.query(`grant usage on schema ${inSchema} to ${name}`);
  const { rows: may } = await owner.query<{ create: boolean }>(
    `select has_schema_privilege($1, current_schema(), 'create') as create`,
    [role.name],
  );
  // Who may make a function here could have the owner call it.
  if (may[0]?.create === true) await owner.query(`revoke create on schema ${inSchema} from public, ${name}`);
  for (const { table, has } of await rights(owner, role.name)) {
    const due = rightsOn(table);
    if (has.toSorted().join() === due.toSorted().join()) continue;
    const on = `on ${inSchema}.${pg.escapeIdentifier(table)}`;
    await owner.query(`revoke all ${on} from ${name}; grant ${due.join(', ')} ${on} to ${name}`);
  }
}

function rightsOn(table: string): readonly string[] {
  if (table === 'schema_version') return ['SELECT'];
  const isAppendOnly = (APPEND_ONLY as readonly string[]).includes(table);
  return isAppendOnly ? ['SELECT', 'INSERT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
}

/** What the role may do with each of the owner's tables. */
async function rights(owner: pg.ClientBase, role: string): Promise<{ table: string; has: string[] }[]> {
  const { rows } = await owner.query<{ table: string; has: string[] }>(
    `select relname as table, array(
       select privilege_type from aclexplode(relacl) where grantee = (select oid from pg_roles where rolname = $1)
     ) as has
     from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and
       relowner = (select oid from pg_roles where rolname = current_user)`,
    [role],
  );
  return rows;
}

async function makeRole(owner: pg.ClientBase, { name, password, isOurs }: AppRole): Promise<void> {
  const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [name]);
  const exists = rowCount === 1;
  if (exists && !isOurs) return;
  const secret = password === null ? '' : ` password ${pg.escapeLiteral(password)}`;
  const verb = exists ? 'alter' : 'create';
  await owner.query(`${verb} role ${pg.escapeIdentifier(name)} login${secret}`).catch((cause: unknown) => {
    const why = `DATABASE_URL names the user ${name}, whom the server does not know: let an administrator run "create role ${pg.escapeIdentifier(name)} login password '…'"`;
    throw new AppError('config/setting', why, { cause });
  });
}

/**
 * Whether whoever asks could change what is only meant to be appended to: as its owner or an administrator, or by a
 * privilege. Then the triggers alone stand in the way, and an owner can take those off.
 */
export async function mayRewrite(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ may: boolean }>(
    `select bool_or(pg_has_role(relowner, 'member') or has_table_privilege(oid, 'update, delete, truncate, trigger'))
       or has_parameter_privilege('session_replication_role', 'set') as may
     from pg_class where oid = any($1::text[]::regclass[])`,
    [APPEND_ONLY],
  );
  return rows[0]?.may ?? true;
}

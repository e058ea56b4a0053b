import pg from 'pg';
import { AppError } from '../../core/errors.ts';

/** How values are written as text, and read again: whatever the server or the role prefers. */
export const PLAIN_TEXT = `set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local timezone = 'UTC';
  set local extra_float_digits = 1; set local bytea_output = 'hex'; set local statement_timeout = 0`;

/** One connection for long work: no time is set for its statements. It says whose it is in pg_stat_activity. */
export async function openSession(
  url: string,
  name: string,
): Promise<AsyncDisposable & { readonly client: pg.Client }> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `tailwatch ${name}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A connection that dies is reported by its next query; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end().catch(() => {}) };
}

/** Throws `database/in-use`, naming them, while other parts of Tailwatch are connected to this database. */
export async function expectAlone(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name like 'tailwatch %' order by 1`);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name.replace('tailwatch ', '')).join(', ');
  throw new AppError(
    'database/in-use',
    `Tailwatch is connected to this database (${names}): stop it first, or add --force when you know that nothing works with it`,
  );
}

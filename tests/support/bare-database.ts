import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';

export interface BareDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
}

/** An empty database of this test alone; its end drops it. */
export async function bareDatabase(): Promise<BareDatabase> {
  const name = `bare_${randomBytes(6).toString('hex')}`;
  const server = new pg.Pool({ connectionString: inject('serverUrl'), max: 1 });
  await server.query(`create database ${name}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = name;
  const pool = new pg.Pool({ connectionString: url.href, max: 2, application_name: 'a test' });
  pool.on('error', () => {});
  onTestFinished(async () => {
    await pool.end();
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  });
  return { url: url.href, pool };
}

/** A fingerprint of the rows of each table of a schema, whatever their order. */
export async function fingerprints(pool: pg.Pool, schema = 'public'): Promise<Record<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = $1::regnamespace and relkind = 'r' order by 1`,
    [schema],
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query<{ print: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text collate "C")), '') as print from "${schema}"."${name}" t`,
    );
    prints[name] = rows[0]?.print ?? '';
  }
  return prints;
}

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Instant } from '../../core/time.ts';
import { knownSchema, makeSchema } from '../migrate.ts';
import { countersOf, tablesOf } from './catalogue.ts';
import { expectWhole, readManifest, unusable } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { expectAlone, openSession, PLAIN_TEXT } from './session.ts';
import { setAside } from './set-aside.ts';

interface RestoreOptions {
  readonly databaseUrl: string;
  /** Of one backup. */
  readonly folder: string;
  readonly now: Instant;
  /** Also while other parts of Tailwatch are connected. */
  readonly force: boolean;
  /** Written in the transaction of the restore, as its last. */
  readonly record: (client: pg.Client, manifest: Manifest) => Promise<void>;
}

interface Restored {
  readonly manifest: Manifest;
  readonly rows: number;
  /** The database schema that holds what was there before; null: there was nothing. */
  readonly aside: string | null;
}

/**
 * Puts a backup in the place of what the database holds, in one transaction: as the schema it was taken from, row by
 * row. What was there is set aside, not deleted.
 * Throws `backup/unusable` when it is not whole or of a newer program, `database/in-use` while the service is connected;
 * nothing has changed then.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { folder, now, force, record } = options;
  const manifest = await readManifest(folder);
  const known = await knownSchema();
  if (manifest.schema > known) {
    const why = `it has schema ${String(manifest.schema)}, this program knows ${String(known)}: use the newer program`;
    throw unusable(folder, why);
  }
  await expectWhole(folder, manifest);
  await using session = await openSession(options.databaseUrl, 'restore');
  const { client } = session;
  await client.query('begin');
  await client.query(`${PLAIN_TEXT}; set local lock_timeout = '10s'`);
  if (!force) await expectAlone(client);
  const aside = await setAside(client, now);
  await makeSchema(client, manifest.schema);
  await expectSameTables(client, folder, manifest);
  await fill(client, folder, manifest);
  await record(client, manifest);
  await client.query('commit');
  // The planner knows nothing of tables that were filled a moment ago.
  await client.query('analyze');
  return { manifest, rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0), aside };
}

async function expectSameTables(client: pg.Client, folder: string, { tables, schema }: Manifest): Promise<void> {
  const shape = (list: readonly { name: string; columns: readonly string[] }[]): string =>
    list
      .map(({ name, columns }) => `${name} (${columns.join(', ')})`)
      .toSorted()
      .join('\n');
  if (shape(await tablesOf(client)) !== shape(tables))
    throw unusable(folder, `its tables are not those that this program makes for schema ${String(schema)}`);
}

async function fill(client: pg.Client, folder: string, { tables, counters }: Manifest): Promise<void> {
  const named = (name: string): string => client.escapeIdentifier(name);
  // Triggers guard what is written from now on; what is copied was guarded when it was written first.
  const triggers = await triggersOf(client);
  for (const { table, name } of triggers)
    await client.query(`alter table ${named(table)} disable trigger ${named(name)}`);
  // A migration fills some tables; the backup has all that they held.
  await client.query(`truncate ${tables.map(({ name }) => named(name)).join(', ')}`);
  for (const { name, columns, rows, file } of tables) {
    const into = client.query(copyFrom(`copy ${named(name)} (${columns.map(named).join(', ')}) from stdin`));
    await pipeline(createReadStream(join(folder, file)), createGunzip(), into).catch((cause: unknown) => {
      throw unusable(folder, `${file}: ${(cause as Error).message}`, cause);
    });
    if (into.rowCount !== rows)
      throw unusable(folder, `${file} gave ${String(into.rowCount)} rows instead of ${String(rows)}`);
  }
  await setCounters(client, counters);
  for (const { table, name, how } of triggers) await client.query(`alter table ${named(table)} ${how} ${named(name)}`);
}

/** A counter goes on after what it had given, and never before the highest number that is there. */
async function setCounters(client: pg.Client, counters: Manifest['counters']): Promise<void> {
  const told = new Map(counters.map((each) => [`${each.table}.${each.column}`, each.last]));
  for (const { table, column } of await countersOf(client)) {
    const [of, number] = [client.escapeIdentifier(table), client.escapeIdentifier(column)];
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce(last, 1), last is not null)
       from (select greatest($3::bigint, (select max(${number}) from ${of})) as last) as counter`,
      [of, column, told.get(`${table}.${column}`) ?? null],
    );
  }
}

interface Trigger {
  readonly table: string;
  readonly name: string;
  /** The words that make it again what it was. */
  readonly how: string;
}

async function triggersOf(client: pg.Client): Promise<Trigger[]> {
  const { rows } = await client.query<Trigger>(`
    select c.relname as table, t.tgname as name, case t.tgenabled when 'A' then 'enable always trigger'
      when 'R' then 'enable replica trigger' else 'enable trigger' end as how
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and t.tgenabled <> 'D' and c.relnamespace = current_schema()::regnamespace`);
  return rows;
}

import { resolve } from 'node:path';
import type pg from 'pg';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Manifest } from '../platform/backup/manifest.ts';
import { restoreBackup } from '../platform/backup/restore-backup.ts';
import { forget, putBack } from '../platform/backup/set-aside.ts';
import { knownSchema } from '../platform/migrate.ts';
import { onConnection } from '../platform/single-connection.ts';

interface RestorePorts {
  readonly databaseUrl: string;
  readonly now: Instant;
  readonly who: string;
  readonly print: (line: string) => void;
}

interface RestoreOptions {
  readonly force?: boolean;
  readonly undo?: string;
  readonly forget?: string;
}

const USAGE = 'usage: tailwatch restore FOLDER [--force], restore --undo NAME [--force], restore --forget NAME';

/** `restore` puts a backup in the place of the database, puts back what that set aside, or forgets it. */
export async function restoreCommand(
  words: readonly string[],
  options: RestoreOptions,
  ports: RestorePorts,
): Promise<void> {
  const [folder, ...more] = words;
  const asked = [folder, options.undo, options.forget].filter((each) => each !== undefined);
  if (asked.length !== 1 || more.length > 0) throw new AppError('config/setting', USAGE);
  const { force = false } = options;
  const { databaseUrl, now, print } = ports;
  if (options.forget !== undefined) {
    await forget({ databaseUrl, name: options.forget });
    print(`${options.forget} is deleted`);
  } else if (options.undo !== undefined) {
    const aside = await putBack({ databaseUrl, name: options.undo, force, now });
    print(`${options.undo} is the database again`);
    if (aside !== null) print(asideOf(aside));
  } else await restore(resolve(folder ?? ''), force, ports);
}

async function restore(folder: string, force: boolean, { databaseUrl, now, who, print }: RestorePorts): Promise<void> {
  let open = 0;
  const { manifest, rows, aside } = await restoreBackup({
    databaseUrl,
    folder,
    now,
    force,
    async record(client, { schema, takenAt }) {
      open = await openCallouts(client);
      await disarm(client, now);
      await writeDown(client, { at: now, who, folder, schema, takenAt });
    },
  });
  const { schema, takenAt, program, tables } = manifest;
  print(`${String(rows)} rows in ${String(tables.length)} tables are back: schema ${String(schema)}, as of ${takenAt}`);
  print('It calls nobody until a person arms it: start the service, and "tailwatch arm" says whom that will call');
  if (open > 0) print(`${String(open)} callouts were open then`);
  print('What was taken away since is back too: look through people, screens, programs and devices');
  if (aside !== null) print(asideOf(aside));
  if (schema < (await knownSchema()))
    print(
      `This program brings it up to its own schema when it starts, after a backup. To stay with the older one, start Tailwatch ${program}`,
    );
}

const asideOf = (name: string): string =>
  `What was there is kept as ${name}: "tailwatch restore --undo ${name}" puts it back, --forget instead of --undo deletes it`;

async function openCallouts(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ open: number }>(
    'select count(*)::integer as open from callout where ended_at is null',
  );
  return rows[0]?.open ?? 0;
}

/** A schema from before it knew of this is unarmed when it is brought up to date, by what the audit says. */
async function disarm(client: pg.Client, now: Instant): Promise<void> {
  const { rowCount } = await client.query(
    `select from information_schema.columns
     where table_schema = current_schema() and table_name = 'installation' and column_name = 'unarmed'`,
  );
  if (rowCount === 0) return;
  await client.query(`update installation set unarmed = 'restored', unarmed_at = $1`, [new Date(now)]);
}

/** Schemas before this one have an audit that is a plain table without sites. */
const AUDIT_OF_SITES = 7;

async function writeDown(
  client: pg.Client,
  { at, who, ...facts }: Pick<Manifest, 'schema' | 'takenAt'> & { at: Instant; who: string; folder: string },
): Promise<void> {
  const action = 'database/restore';
  if (facts.schema >= AUDIT_OF_SITES) await recordAudit(onConnection(client), { at, who, action, facts });
  else
    await client.query('insert into audit (at, who, action, facts) values ($1, $2, $3, $4)', [
      new Date(at),
      who,
      action,
      facts,
    ]);
}

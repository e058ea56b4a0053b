import { resolve } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { backupsIn } from '../platform/backup/before-migration.ts';
import { keepNewest } from '../platform/backup/keep-newest.ts';
import { writeBackup } from '../platform/backup/write-backup.ts';

interface BackupPorts {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly now: Instant;
  readonly print: (line: string) => void;
}

const USAGE = 'usage: tailwatch backup [FOLDER] [--keep N]';

/**
 * `backup [FOLDER]` writes the whole database into a new folder of FOLDER, or of `<DATA_DIR>/backups`, and says which.
 * With `--keep N` it is one of those that take turns: only the newest N of them stay.
 */
export async function backupCommand(
  words: readonly string[],
  { keep }: { readonly keep?: string },
  ports: BackupPorts,
): Promise<void> {
  const [given, ...more] = words;
  if (more.length > 0 || (keep !== undefined && !/^[1-9]\d{0,3}$/.test(keep)))
    throw new AppError('config/setting', USAGE);
  const { databaseUrl, dataDir, now, print } = ports;
  const folder = resolve(given ?? backupsIn(dataDir));
  const reason = keep === undefined ? 'asked' : 'rotating';
  const { path, manifest, bytes } = await writeBackup({ databaseUrl, folder, reason, now });
  if (keep !== undefined) await keepNewest(folder, 'rotating', Number(keep));
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  print(`${String(rows)} rows, ${(bytes / 1e6).toFixed(1)} MB, schema ${String(manifest.schema)}: ${path}`);
}

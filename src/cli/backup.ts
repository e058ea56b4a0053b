import { resolve } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { backupsIn } from '../platform/backup/before-migration.ts';
import { writeBackup } from '../platform/backup/write-backup.ts';

interface BackupPorts {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly now: Instant;
  readonly print: (line: string) => void;
}

/** `backup [FOLDER]` writes the whole database into a new folder of FOLDER, or of `<DATA_DIR>/backups`, and says which. */
export async function backupCommand(words: readonly string[], ports: BackupPorts): Promise<void> {
  const [given, ...more] = words;
  if (more.length > 0) throw new AppError('config/setting', 'usage: tailwatch backup [FOLDER]');
  const { databaseUrl, dataDir, now, print } = ports;
  const folder = resolve(given ?? backupsIn(dataDir));
  const { path, manifest, bytes } = await writeBackup({ databaseUrl, folder, reason: 'asked', now });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  print(`${String(rows)} rows, ${(bytes / 1e6).toFixed(1)} MB, schema ${String(manifest.schema)}: ${path}`);
}

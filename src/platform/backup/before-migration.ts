import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { hostClock } from '../clock.ts';
import type { SchemaStep } from '../migrate.ts';
import { keepNewest } from './keep-newest.ts';
import { openSession } from './session.ts';
import { writeBackup } from './write-backup.ts';

interface BeforeMigrationOptions {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** False: on one's own responsibility there is none. */
  readonly backupBeforeMigrate: boolean;
  readonly tell: (line: string) => void;
}

/** As many of those that were made by themselves are kept. */
const KEPT = 5;

/** Where backups stand unless somebody names another folder. */
export const backupsIn = (dataDir: string): string => join(dataDir, 'backups');

/**
 * For `migrate`: makes a backup before a schema is changed that holds something, and says how to go back to it.
 * Throws `backup/failed` when there can be none: then nothing is to be changed.
 */
export function backupBeforeMigration(options: BeforeMigrationOptions): (step: SchemaStep) => Promise<void> {
  const { databaseUrl, dataDir, backupBeforeMigrate, tell } = options;
  return async ({ from, to }) => {
    if (!(await holdsSomething(databaseUrl))) return;
    const step = `from schema ${String(from)} to ${String(to)}`;
    if (!backupBeforeMigrate) {
      tell(`the database goes ${step} without a backup, because BACKUP_BEFORE_MIGRATE is false`);
      return;
    }
    tell(`the database goes ${step}: a backup is made first`);
    const folder = backupsIn(dataDir);
    const { path } = await writeBackup({
      databaseUrl,
      folder,
      reason: 'before-migration',
      now: hostClock().now(),
    }).catch((cause: unknown) => {
      const why = `${(cause as Error).message}; the database was left as it is. BACKUP_BEFORE_MIGRATE=false goes on without one`;
      throw new AppError('backup/failed', why, { cause });
    });
    tell(`the backup is ${path}; back: stop Tailwatch, then "tailwatch restore ${path}", and start the older program`);
    await keepNewest(folder, 'before-migration', KEPT);
  };
}

async function holdsSomething(databaseUrl: string): Promise<boolean> {
  await using session = await openSession(databaseUrl, 'backup');
  const { rows } = await session.client.query<{ is: boolean }>(
    'select exists (select from site) or exists (select from account) as is',
  );
  return rows[0]?.is ?? false;
}

import { roleOf } from '../platform/app-role.ts';
import { backupBeforeMigration } from '../platform/backup/before-migration.ts';
import { openDatabase } from '../platform/database.ts';
import { migrate } from '../platform/migrate.ts';
import { reachDatabase } from '../platform/reach-database.ts';
import type { ReachOptions } from '../platform/reach-database.ts';
import type { Settings } from '../platform/settings.ts';

export type SchemaSettings = Pick<Settings, 'databaseUrl' | 'databaseOwnerUrl' | 'dataDir' | 'backupBeforeMigrate'>;

interface HowToReach extends Pick<ReachOptions, 'withinMs' | 'signal'> {
  /** The service's user is ours alone, as in the embedded database. */
  readonly isOurs?: boolean;
  /** Gets a line for what takes long, or changes something. */
  readonly tell: (line: string) => void;
}

/**
 * Brings the schema up to date, as its owner where one is named, with a backup before; and makes sure that the service's
 * own user can work.
 * @throws AppError `database/away`, `database/newer-schema`, `backup/failed`, `config/setting`
 */
export async function bringUpToDate(
  settings: SchemaSettings,
  { isOurs = false, tell, ...how }: HowToReach,
): Promise<void> {
  const { databaseUrl, databaseOwnerUrl } = settings;
  const reach = { ...how, waiting: (line: string) => tell(`${line}; waiting for it`) };
  if (databaseOwnerUrl !== null) {
    await using owner = openDatabase(databaseOwnerUrl, { name: 'owner', max: 1 });
    await reachDatabase(owner.pool, { ...reach, setting: 'DATABASE_OWNER_URL' });
    const before = backupBeforeMigration({ ...settings, databaseUrl: databaseOwnerUrl, tell });
    await migrate(owner.pool, { before, app: roleOf(databaseUrl, isOurs) });
  }
  await using service = openDatabase(databaseUrl, { name: 'check', max: 1 });
  await reachDatabase(service.pool, reach);
  if (databaseOwnerUrl === null) await migrate(service.pool, { before: backupBeforeMigration({ ...settings, tell }) });
}

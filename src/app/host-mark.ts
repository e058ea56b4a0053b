import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '../platform/settings.ts';
import { withEmbeddedDatabase } from './embedded-parts.ts';

/** systemd writes it once for each installation of a machine; containers have none, or an empty one. */
const MACHINE_ID = '/etc/machine-id';

/**
 * What tells this machine from another, where the database lies under DATA_DIR and so moves only with its folder; else `null`:
 * a database on a server of its own may be taken over by another machine, and goes on calling.
 */
export async function hostMark({
  dataDir,
  databaseUrl,
}: Pick<Settings, 'dataDir' | 'databaseUrl'>): Promise<string | null> {
  const embedded = await withEmbeddedDatabase({ DATA_DIR: dataDir });
  if (embedded['DATABASE_URL'] !== databaseUrl) return null;
  const id = (await readFile(MACHINE_ID, 'utf8').catch(() => '')).trim();
  return id === '' ? null : createHash('sha256').update(`tailwatch ${id}`).digest('hex').slice(0, 32);
}

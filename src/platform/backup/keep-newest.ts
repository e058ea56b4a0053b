import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** Deletes all but the newest `count` backups of this reason. Those that somebody asked for are nobody's to delete. */
export async function keepNewest(
  folder: string,
  reason: Exclude<Manifest['reason'], 'asked'>,
  count: number,
): Promise<void> {
  const found: { path: string; takenAt: string }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const manifest = /^\d{8}T/.test(name) ? await readManifest(path).catch(() => null) : null;
    if (manifest?.reason === reason) found.push({ path, takenAt: manifest.takenAt });
  }
  const newestFirst = found.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt) || b.path.localeCompare(a.path));
  for (const { path } of newestFirst.slice(count)) await rm(path, { recursive: true });
}

import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret kept under `<dataDir>/secrets/<name>`, made at the first call: 24 random bytes, safe in a URL.
 * Only its owner may read the file. It is on disk before anything is locked with it.
 */
export async function secret(dataDir: string, name: string): Promise<string> {
  const folder = join(dataDir, 'secrets');
  const path = join(folder, name);
  const kept = await readFile(path, 'utf8').catch(absent);
  if (kept !== null && kept.trim() !== '') return kept.trim();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = randomBytes(24).toString('base64url');
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${made}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return made;
}

function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}

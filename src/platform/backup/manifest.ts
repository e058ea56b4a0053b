import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';

export const MANIFEST = 'manifest.json';

const Table = z.strictObject({
  name: z.string(),
  /** In the order in which its rows hold them. */
  columns: z.array(z.string()),
  rows: z.number().int().nonnegative(),
  /** Beside the manifest: rows as PostgreSQL's COPY writes them as text, gzipped. */
  file: z.string().regex(/^[\w-]+\.copy\.gz$/),
  /** Of that file, hexadecimal. */
  sha256: z.string().length(64),
});
export type BackedUpTable = z.infer<typeof Table>;

/** What a backup says of itself. The last file to be written: a folder without one is none. */
const Manifest = z.strictObject({
  format: z.literal('tailwatch backup 1'),
  /** Version of the program that made it. */
  program: z.string(),
  schema: z.number().int().positive(),
  takenAt: z.iso.datetime(),
  /** Of `before-migration` (made by itself) and `rotating` (with --keep) only the newest are kept. */
  reason: z.enum(['asked', 'rotating', 'before-migration']),
  server: z.string(),
  /** Those referred to stand before those that refer to them. */
  tables: z.array(Table),
  /** How far the counters of identity columns have come; null: never used. */
  counters: z.array(z.strictObject({ table: z.string(), column: z.string(), last: z.number().int().nullable() })),
});
export type Manifest = z.infer<typeof Manifest>;

/** Throws `backup/unusable` for a folder that is no backup of this format. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw unusable(folder, `${MANIFEST} cannot be read (${(cause as Error).message})`, cause);
  });
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw unusable(folder, `${MANIFEST} is not what this program writes`, cause);
  }
}

/** Throws `backup/unusable`, naming the first file that is not, byte for byte, what was written. */
export async function expectWhole(folder: string, { tables }: Manifest): Promise<void> {
  for (const { file, sha256 } of tables) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, file)), hash).catch((cause: unknown) => {
      throw unusable(folder, `${file} cannot be read (${(cause as Error).message})`, cause);
    });
    if (hash.digest('hex') !== sha256) throw unusable(folder, `${file} is damaged`);
  }
}

export const unusable = (folder: string, why: string, cause?: unknown): AppError =>
  new AppError('backup/unusable', `"${folder}" cannot be restored: ${why}`, { cause });

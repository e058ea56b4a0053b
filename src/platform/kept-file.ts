import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A small text on disk. */
export interface KeptFile {
  /** `null`: it was never written. Throws where it cannot be read. */
  read(): Promise<string | null>;
  /** Written whole or not at all, on disk when it resolves. */
  write(text: string): Promise<void>;
}

/** Readable by us alone, in a folder that is made when it is not there. */
export function keptFile(path: string): KeptFile {
  return {
    read: () =>
      readFile(path, 'utf8').catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        return null;
      }),

    async write(text) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      {
        await using file = await open(`${path}.new`, 'w', 0o600);
        await file.writeFile(text);
        await file.sync();
      }
      await rename(`${path}.new`, path);
      // A name in a folder survives a power cut only when the folder itself was written. Not every system can.
      if (process.platform === 'win32') return;
      await using folder = await open(dirname(path), 'r');
      await folder.sync();
    },
  };
}

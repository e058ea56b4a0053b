import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MOST_BYTES = 10_000_000;

/** A log that never fills the disk: above 10 MB it becomes `<path>.1`, in the place of the one before. */
export interface LogFile extends Disposable {
  write(chunk: Uint8Array): void;
}

export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file = openSync(path, 'a', 0o600);
  let size = statSync(path).size;
  return {
    write(chunk) {
      if (size + chunk.length > MOST_BYTES && size > 0) {
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = openSync(path, 'a', 0o600);
        size = 0;
      }
      try {
        size += writeSync(file, chunk);
      } catch {
        // A full disk must not end the one who watches the others; what it says is lost.
      }
    },
    [Symbol.dispose]: () => {
      closeSync(file);
    },
  };
}

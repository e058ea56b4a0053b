import { mkdir, open, readFile, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fold } from '../dark/fold.ts';
import { lineOf, readJournal } from '../dark/journal.ts';
import type { Dark, Entry } from '../dark/journal.ts';
import type { Roster } from '../dark/roster.ts';

/** Both hold telephone numbers. */
const OURS_ALONE = 0o600;

/** The folder of the dark caller: `roster.json` while the database answers, `journal.jsonl` while it does not. */
export interface DarkFolder {
  /** Written whole or not at all, on disk when it resolves. */
  writeRoster(roster: Roster): Promise<void>;
  /** `null`: there is none yet. Throws where it cannot be read. */
  readRoster(): Promise<Roster | null>;
  /** The journal that no database has yet, or an empty one. A line torn by a power cut is taken away. */
  openJournal(): Promise<OpenJournal>;
}

interface OpenJournal {
  readonly dark: Dark | null;
  readonly journal: Journal;
}

export interface Journal {
  /** On disk when it resolves. Throws where that fails: the next call writes what is missing first. */
  append(entries: readonly Entry[]): Promise<void>;
  /** Puts it away: it is called `<name>-<time>.jsonl` from then on, and the next entry begins a new one. */
  putAway(name: 'imported' | 'refused' | 'over'): Promise<void>;
}

export function darkFolder(folder: string): DarkFolder {
  const path = (name: string) => join(folder, name);
  const made = () => mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async writeRoster(roster) {
      await made();
      const next = path('roster.json.new');
      await using file = await open(next, 'w', OURS_ALONE);
      await file.writeFile(JSON.stringify(roster));
      await file.sync();
      await rename(next, path('roster.json'));
      await settle(folder);
    },

    async readRoster() {
      const text = await textOf(path('roster.json'));
      // Written here alone, as this type.
      return text === '' ? null : (JSON.parse(text) as Roster);
    },

    async openJournal() {
      const file = path('journal.jsonl');
      const { entries, whole } = readJournal(await textOf(file));
      return { dark: entries.reduce(fold, null), journal: journalIn(folder, file, Buffer.byteLength(whole)) };
    },
  };
}

function journalIn(folder: string, path: string, bytes: number): Journal {
  let file: FileHandle | null = null;
  let length = bytes;
  let missing = '';

  async function opened(): Promise<FileHandle> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Made if it is not there, kept if it is; written at positions, which appending would not allow.
    const made = await open(path, 'a', OURS_ALONE);
    await made.close();
    const handle = await open(path, 'r+');
    await handle.truncate(length);
    await settle(folder);
    return handle;
  }

  return {
    async append(entries) {
      missing += entries.map(lineOf).join('');
      file ??= await opened();
      const line = Buffer.from(missing);
      // At its place, over what an earlier try may have left half written.
      for (let done = 0; done < line.length; ) {
        const { bytesWritten } = await file.write(line, done, line.length - done, length + done);
        done += bytesWritten;
      }
      await file.datasync();
      length += line.length;
      missing = '';
    },

    async putAway(name) {
      await file?.close();
      file = null;
      length = 0;
      missing = '';
      const now = new Date().toISOString().replaceAll(':', '-');
      await rename(path, join(folder, `${name}-${now}.jsonl`)).catch(unlessMissing);
    },
  };
}

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => unlessMissing(error) ?? '');

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  return undefined;
}

/** A name in a folder survives a power cut only when the folder itself was written. Not every system can. */
async function settle(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder, 'r');
  await handle.sync();
}

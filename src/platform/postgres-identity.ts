import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';
import { binariesIn } from './postgres-binaries.ts';
import type { Binaries } from './postgres-binaries.ts';
import { runProgram } from './postgres-program.ts';
import type { RunsAs } from './postgres-program.ts';

/** As whom PostgreSQL runs, with which copy of its programs, on which data. It refuses to run as root. */
export interface Identity extends RunsAs {
  readonly binaries: Binaries;
  readonly dataDir: string;
  /** What a user should know of it, if anything: one sentence. */
  readonly notice: string | null;
}

/** Where an ordinary user's processes may read when the clone and its data lie where only root may enter. */
const SYSTEM_FOLDER = '/var/lib/tailwatch';

/**
 * An ordinary user runs it plainly. Root runs it in a user namespace, where the same files seem to belong to an
 * ordinary user: no account is made and data may lie under a folder that only root may enter. Where that is
 * forbidden (many containers), programs and data live in a system folder that belongs to `nobody`, for good.
 */
export async function chooseIdentity(binaries: Binaries, dataDir: string): Promise<Identity> {
  const plain: Identity = {
    binaries,
    dataDir,
    uid: null,
    gid: 0,
    notice: null,
    wrap: (binary, args) => [binary, args],
  };
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 });
  if (process.platform === 'win32' || process.getuid?.() !== 0) return plain;
  const account = await unprivilegedAccount();
  const elsewhere = await movedTo(dataDir);
  if (elsewhere === null) {
    const wrap = namespaceOf(account);
    if (await worksIn(wrap, binaries, dirname(dataDir))) return { ...plain, wrap };
  }
  return inSystemFolder(binaries, dataDir, elsewhere, account);
}

/** Where the cluster of `dataDir` is: there, or in the system folder it was moved to. */
export const clusterFolder = async (dataDir: string): Promise<string> => {
  const home = await movedTo(dataDir);
  return home === null ? dataDir : join(home, 'postgres');
};

const movedTo = (dataDir: string): Promise<string | null> =>
  readFile(`${dataDir}.moved`, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** initdb wants its user to be in the password file, so the namespace shows us as one who is. */
async function unprivilegedAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const found = lines.find(([name]) => name === 'nobody') ?? lines.find(([, , uid]) => Number(uid) > 0);
  return { uid: Number(found?.[2] ?? 65534), gid: Number(found?.[3] ?? 65534) };
}

const namespaceOf =
  ({ uid, gid }: Account) =>
  (binary: string, args: string[]): [string, string[]] => [
    'unshare',
    ['--user', `--map-user=${String(uid)}`, `--map-group=${String(gid)}`, binary, ...args],
  ];

/** Root in a namespace has lost root's right to enter other people's folders, so that is tried too. */
async function worksIn(wrap: Identity['wrap'], binaries: Binaries, folder: string): Promise<boolean> {
  const probe = ['-c', '"$0" --version && test -w "$1"', binaries.postgres, folder];
  const { code } = await runProgram({ uid: null, gid: 0, wrap }, '/bin/sh', probe);
  return code === 0;
}

async function inSystemFolder(
  binaries: Binaries,
  dataDir: string,
  elsewhere: string | null,
  account: Account,
): Promise<Identity> {
  const home = elsewhere ?? join(SYSTEM_FOLDER, createHash('sha256').update(dataDir).digest('hex').slice(0, 12));
  const moved = join(home, 'postgres');
  try {
    await mkdir(home, { recursive: true });
    for (const folder of [SYSTEM_FOLDER, home]) await chmod(folder, 0o755);
    const copy = await copyPrograms(binaries, join(home, 'programs'));
    if (await exists(join(dataDir, 'PG_VERSION'))) await moveData(dataDir, moved);
    if (await exists(moved)) await giveTo(moved, account);
    await chown(home, account.uid, account.gid);
    await writeFile(`${dataDir}.moved`, `${home}\n`);
    return {
      binaries: copy,
      dataDir: moved,
      ...account,
      wrap: (binary, args) => [binary, args],
      notice: `PostgreSQL cannot run as root and user namespaces are not allowed here: its data are in ${moved}, it runs as user ${String(account.uid)}`,
    };
  } catch (error) {
    throw new AppError(
      'database/not-started',
      `the embedded PostgreSQL did not start: it cannot run as root, and ${home} cannot be used; run as an ordinary user, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/** Copied afresh when the installed programs are others: a stamp tells. */
async function copyPrograms(binaries: Binaries, target: string): Promise<Binaries> {
  const { mtimeMs, size } = await stat(binaries.postgres);
  const stamp = `${String(size)} ${String(mtimeMs)}`;
  if ((await readFile(join(target, 'stamp'), 'utf8').catch(() => '')) !== stamp) {
    await rm(target, { recursive: true, force: true });
    await cp(binaries.root, target, { recursive: true, verbatimSymlinks: true });
    await promisify(execFile)('chmod', ['-R', 'a+rX', target]);
    await writeFile(join(target, 'stamp'), stamp);
  }
  return binariesIn(target);
}

async function moveData(from: string, to: string): Promise<void> {
  await rm(`${to}.partial`, { recursive: true, force: true });
  await cp(from, `${to}.partial`, { recursive: true, preserveTimestamps: true });
  await rename(`${to}.partial`, to);
  await rename(from, `${from}.before-move`);
}

const giveTo = (path: string, { uid, gid }: Account): Promise<unknown> =>
  promisify(execFile)('chown', ['-R', `${String(uid)}:${String(gid)}`, path]);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

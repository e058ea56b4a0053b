import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const BOOTSTRAP = new URL('../../scripts/bootstrap.mjs', import.meta.url);
/** Stands for npm: notes how it was called, replaces node_modules as `npm ci` does, fails when told to. */
const NPM = `
  import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
  appendFileSync(process.env.DIARY, process.argv.slice(2).join(' ') + '\\n');
  if (existsSync('npm-fails')) process.exit(1);
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules');
`;
const PREPARE = `import { main, prepare } from './bootstrap.mjs'; await main(() => { prepare(); return 0; });`;
/** Runs as long as its standard input is open. */
const MAIN = `process.stdout.write('up\\n'); process.stdin.resume(); process.stdin.on('end', () => process.exit(3));`;
const LAUNCH = `import { launch, main } from './bootstrap.mjs'; await main(() => launch(process.execPath, []));`;

let root = '';
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tailwatch-bootstrap-')));
  for (const folder of ['scripts', 'src']) await mkdir(join(root, folder));
  await copyFile(BOOTSTRAP, join(root, 'scripts', 'bootstrap.mjs'));
  await writeFile(join(root, 'scripts', 'prepare.mjs'), PREPARE);
  await writeFile(join(root, 'scripts', 'start.mjs'), LAUNCH);
  await writeFile(join(root, 'src', 'main.ts'), MAIN);
  await writeFile(join(root, 'npm-cli.js'), NPM);
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'package-lock.json'), '{ "packages": {} }');
  await writeFile(join(root, 'diary'), '');
});
afterEach(() => rm(root, { recursive: true, force: true }));

function prepare() {
  const env = {
    ...process.env,
    npm_execpath: join(root, 'npm-cli.js'),
    npm_node_execpath: process.execPath,
    DIARY: join(root, 'diary'),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/prepare.mjs'], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}`.trim() };
}

const installs = async () => (await readFile(join(root, 'diary'), 'utf8')).split('\n').filter((line) => line !== '');

test('packages are installed once for each content of the lock file, exactly as it says', async () => {
  expect(prepare().said).toContain('Installing packages');
  expect(await installs()).toEqual([
    'ci --include=dev --include=optional --engine-strict=false --ignore-scripts --loglevel=error',
  ]);
  expect(prepare()).toEqual({ status: 0, said: '' });
  expect(await installs()).toHaveLength(1);
  await writeFile(join(root, 'package-lock.json'), '{ "packages": { "another": {} } }');
  expect(prepare().status).toBe(0);
  expect(await installs()).toHaveLength(2);
});

test('an installation that failed is told in one sentence, and tried again the next time', async () => {
  await writeFile(join(root, 'npm-fails'), '');
  const failed = prepare();
  expect(failed.status).toBe(1);
  expect(failed.said).toContain('The packages could not be installed: npm says above why.');
  await rm(join(root, 'npm-fails'));
  expect(prepare().status).toBe(0);
  expect(await installs()).toHaveLength(2);
});

test('nothing is installed under a service that runs; one that was killed does not count', async () => {
  prepare();
  const service = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(service.stdout, 'data');
  await writeFile(join(root, 'package-lock.json'), '{ "packages": { "another": {} } }');
  expect(prepare()).toEqual({
    status: 1,
    said: `Tailwatch runs from this folder (process ${String(service.pid)}) and other packages must be installed: stop it first.`,
  });
  service.kill('SIGKILL');
  await once(service, 'exit');
  expect(prepare().status).toBe(0);
});

test('what runs ends with the code of the program it ran', async () => {
  prepare();
  const service = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(service.stdout, 'data');
  service.stdin.end();
  expect(await once(service, 'exit')).toEqual([3, null]);
});

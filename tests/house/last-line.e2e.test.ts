import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
/** Each starts a vitest of its own. */
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs one test file of this text in a folder of its own, and gives the last line and the exit code. */
function lastLineOf(text: string, args: readonly string[] = [], through: 'vitest' | 'script' = 'vitest') {
  const folder = mkdtempSync(path.join(tmpdir(), 'tailwatch-last-line-'));
  folders.push(folder);
  writeFileSync(path.join(folder, 'a.test.mjs'), text);
  const reporter = path.join(root, 'scripts/last-line-reporter.ts');
  writeFileSync(
    path.join(folder, 'vitest.config.mjs'),
    `import { lastLineReporter } from ${JSON.stringify(reporter)};
     export default { test: { globals: true, reporters: ['default', lastLineReporter()] } };`,
  );
  const vitest = [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, ...args];
  const script = `import { runWithLastLine } from ${JSON.stringify(path.join(root, 'scripts/last-line.mjs'))};
    process.exitCode = await runWithLastLine(process.execPath, ${JSON.stringify(vitest)});`;
  const env = { ...process.env };
  delete env['TAILWATCH_TEST_COUNTS'];
  const command = through === 'vitest' ? vitest : ['--input-type=module', '--eval', script];
  const { stdout, status } = spawnSync(process.execPath, command, { cwd: root, env, encoding: 'utf8' });
  return { last: stdout.trimEnd().split('\n').at(-1), failed: status !== 0 };
}

it.each([
  ['tests', `it('a', () => {}); it.skip('b', () => {}); it.todo('c')`, '1 passed, 0 failed, 2 skipped', false],
  [
    'a failed test',
    `it('a', () => {}); it('b', () => { throw new Error('x') })`,
    '1 passed, 1 failed, 0 skipped',
    true,
  ],
  ['a file that cannot be imported', `import './gone.mjs'`, '0 passed, 1 failed, 0 skipped', true],
  [
    'a failed hook',
    `beforeAll(() => { throw new Error('x') }); it('a', () => {})`,
    /^0 passed, 1 failed, \d skipped$/,
    true,
  ],
  [
    'an error nobody caught',
    `it('a', () => { void Promise.reject(new Error('x')) })`,
    '1 passed, 1 failed, 0 skipped',
    true,
  ],
])('after %s', (_name, text, line, failed) => {
  const told = lastLineOf(text);
  expect(told.last).toMatch(line);
  expect(told.failed).toBe(failed);
});

it('when vitest finds nothing to run', () => {
  expect(lastLineOf('', ['no-such-file'])).toEqual({ last: '0 passed, 1 failed, 0 skipped', failed: true });
});

it('when the run is started by the script that installs first', () => {
  const passing = `it('a', () => {})`;
  expect(lastLineOf(passing, [], 'script')).toEqual({ last: '1 passed, 0 failed, 0 skipped', failed: false });
  // An unknown option ends vitest before any reporter is there.
  expect(lastLineOf(passing, ['--no-such-option'], 'script')).toEqual({
    last: '0 passed, 1 failed, 0 skipped',
    failed: true,
  });
});

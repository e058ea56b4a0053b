import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A tree with these files in it, beside an empty lock file. */
function tree(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tailwatch-house-'));
  folders.push(folder);
  for (const [name, text] of Object.entries({ 'package-lock.json': '{}', ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const run = (...args: readonly string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
const checkHouse = (folder: string) => run('scripts/check-house.ts', folder);

it('passes a tree that keeps the rules', () => {
  const clean = tree({
    'rules/engine.ts': `import type { Level } from '../src/core/level.ts';\nexport type L = Level;\n`,
  });
  expect(checkHouse(clean)).toMatchObject({ status: 0, stdout: '' });
});

it('fails a tree with a seeded layer violation, and says where', () => {
  const seeded = tree({ 'rules/engine.ts': `\nimport { ring } from '../alerting/callout.ts';\nring();\n` });
  expect(checkHouse(seeded)).toMatchObject({
    status: 1,
    stdout: 'rules/engine.ts:2  rules-keeps-to-its-room: imports alerting/callout.ts\n',
  });
});

it('fails a tree with a seeded impure call, and says where', () => {
  const seeded = tree({ 'alerting/callout.ts': `export const now = () => Date.now();\n` });
  expect(checkHouse(seeded)).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^alerting\/callout\.ts:1 {2}pure-sees-no-world: .*Date\.now/) as string,
  });
});

it('this tree passes all of npm run check', () => {
  const { status, stdout, stderr } = run('scripts/check.mjs');
  expect({ status, told: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, told: '' });
});

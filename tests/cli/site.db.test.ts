import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { siteCommand } from '../../src/cli/site.ts';
import { instant } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';

const { pool, db } = await testDatabase();
const DEMO = fileURLToPath(new URL('../support/small-pond.yaml', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'tailwatch-site-'));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
});

/** What the command prints. */
async function run(...args: string[]): Promise<string[]> {
  const printed: string[] = [];
  const { values, positionals } = parseArgs({
    args,
    options: { reason: { type: 'string' }, alone: { type: 'boolean' } },
    allowPositionals: true,
  });
  const clock = { read: async () => instant(0) };
  await siteCommand(positionals, values, { db, clock, who: 'li', print: (text) => printed.push(text) });
  return printed;
}

describe('tailwatch site', () => {
  it('applies a file, exports it, and applying the export changes nothing', async () => {
    const said = await run('apply', DEMO);
    expect(said).toEqual([
      expect.stringMatching(/^\+ new site: \d+ sensors, \d+ rules, \d+ contacts$/),
      'demo-pond: version 1 applied',
    ]);

    const higher = join(folder, 'higher.yaml');
    await writeFile(
      higher,
      (await readFile(DEMO, 'utf8')).replace('red: 338.89', 'red: 338.9').replace('on: 2024-05-01', 'on: 2026-05-01'),
    );
    await expect(run('apply', higher)).rejects.toThrow('say why: somebody else has to look at it (--reason TEXT)');
    expect(await run('apply', higher, '--reason', 'surveyed anew')).toEqual([
      '~ rules[pond-level].limits.red: 338.89 -> 338.9',
      '~ rules[pond-level].approved.on: 2024-05-01 -> 2026-05-01',
      'demo-pond: nothing is applied yet, for this loosens what is watched:',
      '  rules[pond-level].limits.red',
      expect.stringMatching(
        /^proposal \S{36}: it acts when another engineer of demo-pond, .* until 1970-01-04T00:00Z$/,
      ),
    ]);
    expect(await run('apply', higher, '--reason', 'surveyed anew', '--alone')).toEqual([
      '~ rules[pond-level].limits.red: 338.89 -> 338.9',
      '~ rules[pond-level].approved.on: 2024-05-01 -> 2026-05-01',
      'demo-pond: version 2 applied',
      expect.stringMatching(/^proposal \S{36}: it acts now; another engineer of demo-pond, .* by 1970-01-04T00:00Z$/),
    ]);

    const exported = join(folder, 'exported.yaml');
    await writeFile(exported, (await run('export', 'demo-pond')).join('\n'));
    expect(await run('apply', exported)).toEqual(['demo-pond: nothing changed, version 2 stays']);
  });

  it('names the rules that call nobody', async () => {
    const file = join(folder, 'unapproved.yaml');
    await writeFile(file, (await readFile(DEMO, 'utf8')).replace(/^ {4}approved: .*\n/m, ''));
    expect(await run('apply', file)).toContain('! rule pond-level calls nobody: its limits are not approved');
  });

  it('names the file and the line of every fault', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, (await readFile(DEMO, 'utf8')).replace('unit: mm', 'unit: furlong'));
    await expect(run('apply', file)).rejects.toMatchObject({
      code: 'config/invalid',
      message: expect.stringMatching(
        /wrong\.yaml:\d+:5 sensors\[1\]\.unit: must be one of m, mm, kPa, Hz, m\/h, m\/d, mm\/h, mm\/d$/,
      ) as string,
    });
  });

  it.each([
    [['apply', join(folder, 'gone.yaml')], /gone\.yaml: cannot be read/],
    [['apply', folder], /: is a folder: name one file in it$/],
    [['export', 'nowhere'], /there is no site "nowhere"/],
    [['apply'], /^usage: tailwatch site apply FILE/],
    [['forget', 'demo-pond'], /^usage: tailwatch site apply FILE/],
    [['apply', 'a', 'b'], /^usage: tailwatch site apply FILE/],
  ])('%s is one plain sentence', async (args, said) => {
    await expect(run(...args)).rejects.toThrow(said);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(root, 'config/systemd');
const units = readdirSync(FOLDER);
const read = (unit: string): string => readFileSync(path.join(FOLDER, unit), 'utf8');

it.each(units.filter((unit) => unit.endsWith('.service')))('%s starts a command that is there', (unit) => {
  const command = /^ExecStart=(.+)$/m.exec(read(unit))?.[1]?.split(' ') ?? [];
  const [node = '', main = '', ...words] = command.map((word) => word.replace('/opt/tailwatch', root));
  expect(existsSync(main)).toBe(true);
  expect(path.basename(node)).toBe('node');
  const help = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' }).stdout;
  expect(help).toMatch(new RegExp(`^ {2}${words[0] ?? '-'} `, 'm'));
});

it('the service is restarted for ever, and is given more time to stop than it takes', () => {
  const service = read('tailwatch.service');
  expect(service).toMatch(/^Restart=always$/m);
  expect(service).toMatch(/^StartLimitIntervalSec=0$/m);
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(service)?.[1])).toBeGreaterThan(5);
  expect(service).toMatch(/^After=.*time-sync\.target/m);
});

it('systemd itself finds nothing wrong with them', ({ skip }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tailwatch-units-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const unit of units) {
    // It looks whether the program is there.
    const text = read(unit).replaceAll('/opt/tailwatch/node_modules/.bin/node', process.execPath);
    writeFileSync(path.join(folder, unit), text.replaceAll('/opt/tailwatch', root));
  }
  const { error, status, stderr } = spawnSync(
    'systemd-analyze',
    ['verify', ...units.map((u) => path.join(folder, u))],
    {
      encoding: 'utf8',
    },
  );
  if (error !== undefined) skip('systemd is not installed');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

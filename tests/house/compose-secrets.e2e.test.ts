import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startMosquitto } from '../support/mosquitto.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(mkdtempSync(path.join(tmpdir(), 'tailwatch-compose-')), 'secrets');
afterAll(() => rmSync(path.dirname(folder), { recursive: true }));

const make = () =>
  spawnSync('sh', ['scripts/compose-secrets.sh', folder], { cwd: root, encoding: 'utf8', env: sbinToo() });
const sbinToo = () => ({ ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` });
const contents = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
const { services, secrets } = z
  .object({
    services: z.object({ broker: z.object({ healthcheck: z.object({ test: z.array(z.string()) }) }) }),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
  })
  .parse(parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8'), { merge: true }));

it('makes every secret that the file names, once, where nobody else may look', () => {
  expect(make()).toMatchObject({ status: 0, stderr: '' });
  const first = contents();
  for (const { file } of Object.values(secrets)) expect(first[path.basename(file)]).toMatch(/\S{16,}/);
  expect(statSync(folder).mode & 0o077).toBe(0);
  // The broker keeps hashes only.
  expect(first['mosquitto-passwords']).toMatch(/^tailwatch:\$7\$.+\ninstruments:\$7\$/);
  expect(make()).toMatchObject({ status: 0 });
  expect(contents()).toEqual(first);
});

it('the health check of the broker signs in with what was made, and is refused with anything else', async () => {
  make();
  const password = contents()['mqtt-password'] ?? '';
  await using right = await startMosquitto({ password });
  await using wrong = await startMosquitto({ password: 'another' });
  const [, program = '', ...args] = services.broker.healthcheck.test;
  const check = (port: number) =>
    spawnSync(program, [...args, '-p', String(port), '-W', '5'], {
      env: { ...process.env, XDG_CONFIG_HOME: folder },
      encoding: 'utf8',
    }).status;
  expect(check(right.port)).toBe(0);
  expect(check(wrong.port)).not.toBe(0);
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const Service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  environment: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
  volumes: z.array(z.string()),
  ports: z.array(z.string()),
  healthcheck: z.object({ test: z.tuple([z.literal('CMD')], z.string()) }),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string(),
  restart: z.literal('unless-stopped'),
  logging: z.object({ options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
});

/** As much of the compose format as our file uses. */
const Compose = z.strictObject({
  'x-logs': z.unknown(),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith('./data/compose/') })),
  volumes: z.record(z.string(), z.null()),
});

const { services, secrets, volumes } = Compose.parse(parse(read('docker-compose.yml'), { merge: true }));

it("Debian's docker-compose takes the file", ({ skip }) => {
  const { status, stderr, error } = spawnSync('docker-compose', ['config', '--quiet'], { cwd: root, encoding: 'utf8' });
  // The proof has it: there a missing program is a fault, on somebody's own machine it is not.
  if (error !== undefined && process.env['CI'] !== 'true') skip('docker-compose is not installed');
  expect({ error, status, stderr }).toEqual({ error: undefined, status: 0, stderr: '' });
});

it.each(Object.entries(services))('%s mounts only what is there', (_name, service) => {
  for (const mount of service.volumes) {
    const [source = ''] = mount.split(':');
    if (source.startsWith('./')) expect(existsSync(path.join(root, source))).toBe(true);
    else expect(volumes).toHaveProperty(source);
  }
  for (const secret of service.secrets) expect(secrets).toHaveProperty(secret);
});

it.each(Object.entries(services))('%s is told no secret in the file itself', (_name, { environment }) => {
  const told = Object.entries(environment).filter(([key]) => /PASSWORD|KEY|TOKEN|SECRET|DATABASE_|MQTT_URL/.test(key));
  expect(told.filter(([key, value]) => !key.endsWith('_FILE') || !value.startsWith('/run/secrets/'))).toEqual([]);
  expect(JSON.stringify(environment)).not.toMatch(/:\/\/[^"]*:[^"]*@/);
});

it.each(Object.entries(services))(
  '%s reads no secret that it is not given',
  (_name, { environment, secrets: given }) => {
    const named = Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? []);
    expect(given).toEqual(expect.arrayContaining(named));
  },
);

it.each(Object.entries(services))('%s is of one version, not of the latest', (_name, { image }) => {
  expect(image).toMatch(/:\d+\.\d+\.\d+(-[\w.]+)?$/);
});

it('starts Tailwatch when the two that it needs are healthy', () => {
  expect(Object.keys(services['tailwatch']?.depends_on ?? {}).toSorted()).toEqual(['broker', 'database']);
});

it('builds the image of this version', () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
  expect(services['tailwatch']?.image).toBe(`tailwatch:${version}`);
});

it('keeps the secrets where neither git nor an image looks', () => {
  expect(read('.gitignore').split('\n')).toContain('data/');
  expect(read('.dockerignore').split('\n')).toContain('data');
});

it('the script hashes passwords with the broker that the file runs', () => {
  expect(read('scripts/compose-secrets.sh')).toContain(`BROKER_IMAGE=${services['broker']?.image ?? ''}\n`);
});

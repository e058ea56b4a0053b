import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');

const Service = z.strictObject({
  image: z.string(),
  environment: z.record(z.string(), z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  ports: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.literal('unless-stopped'),
});

/** As much of the compose format as our file uses. */
const Compose = z.strictObject({
  name: z.literal('tailwatch'),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith('./data/') })),
  volumes: z.record(z.string(), z.null()),
});

const { services, secrets, volumes } = Compose.parse(
  parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8')),
);

it.each(Object.entries(services))('%s mounts only what is there', (_name, service) => {
  for (const mount of service.volumes) {
    const [source = ''] = mount.split(':');
    if (source.startsWith('./')) expect(existsSync(path.join(root, source))).toBe(true);
    else expect(volumes).toHaveProperty(source);
  }
  for (const secret of service.secrets ?? []) expect(secrets).toHaveProperty(secret);
});

it.each(Object.entries(services))('%s is told no secret in the file itself', (_name, { environment = {} }) => {
  const told = Object.entries(environment).filter(([key]) => /PASSWORD|KEY|TOKEN|SECRET/.test(key));
  expect(told.filter(([key, value]) => !key.endsWith('_FILE') || !value.startsWith('/run/secrets/'))).toEqual([]);
});

it('keeps the secrets where git does not look', () => {
  expect(readFileSync(path.join(root, '.gitignore'), 'utf8').split('\n')).toContain('data/');
});

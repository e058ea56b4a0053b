import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atRunningStart, rememberPublicUrl } from '../../src/app/running-start.ts';
import { AppError } from '../../src/core/errors.ts';
import type { Environment } from '../../src/platform/settings.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tailwatch-running-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

async function foundBy(env: Environment): Promise<Environment> {
  let seen: Environment = {};
  await atRunningStart({ DATA_DIR: dataDir, ...env }, (found) => {
    seen = found;
    return Promise.resolve();
  });
  return seen;
}

test('a command on a folder where nothing was started says so', async () => {
  await expect(foundBy({})).rejects.toMatchObject({
    code: 'config/setting',
    message: `nothing was started on DATA_DIR "${dataDir}" yet: set the DATA_DIR, or the DATABASE_URL, of what runs`,
  });
});

test('a link that a command prints opens where the start is reached, unless the command is told otherwise', async () => {
  await rememberPublicUrl(dataDir, 'https://dam.example');
  const given = { DATABASE_URL: 'postgresql://db.example/tailwatch' };
  expect(await foundBy(given)).toMatchObject({ ...given, PUBLIC_URL: 'https://dam.example' });
  expect(await foundBy({ ...given, PUBLIC_URL: 'https://other.example' })).toMatchObject({
    PUBLIC_URL: 'https://other.example',
  });
  expect(await foundBy({ ...given, PORT: '8081' })).not.toHaveProperty('PUBLIC_URL');
});

test('a command whose database is away speaks of the start that does not run, not of settings that nobody made', async () => {
  await writeFile(join(dataDir, 'ports.json'), '{"postgres":15432}\n');
  const away = () => Promise.reject(new AppError('database/away', 'DATABASE_OWNER_URL must lead to a database'));
  await expect(atRunningStart({ DATA_DIR: dataDir }, away)).rejects.toMatchObject({
    code: 'database/away',
    message: `Tailwatch does not run on DATA_DIR "${dataDir}": start it first`,
  });
  await expect(
    atRunningStart({ DATA_DIR: dataDir, DATABASE_URL: 'postgresql://db.example/tailwatch' }, away),
  ).rejects.toThrow('DATABASE_OWNER_URL must lead to a database');
});

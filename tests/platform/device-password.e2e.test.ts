import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  DEVICE_HASH_OF_NOBODY,
  hashDevicePassword,
  isDevicePassword,
  newDevicePassword,
} from '../../src/platform/device-password.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what mosquitto_passwd writes is understood', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-passwd-'));
  try {
    const file = join(folder, 'passwords');
    await writeFile(file, '', { mode: 0o600 });
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
    await promisify(execFile)('mosquitto_passwd', ['-b', file, 'pond.logger', 'ein Wort 水位'], { env });
    const [, hash = ''] = (await readFile(file, 'utf8')).trim().split(':');
    expect(hash).toMatch(/^\$7\$/);
    expect(isDevicePassword(bytes('ein Wort 水位'), hash)).toBe(true);
    expect(isDevicePassword(bytes('ein Wort'), hash)).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a hash is of its password only, and differs each time', () => {
  const password = newDevicePassword();
  expect(password).toMatch(/^[\w-]{32}$/);
  const hash = hashDevicePassword(password);
  expect(hash).not.toBe(hashDevicePassword(password));
  expect(isDevicePassword(bytes(password), hash)).toBe(true);
  for (const wrong of ['', `${password} `, password.toUpperCase(), hash])
    expect(isDevicePassword(bytes(wrong), hash)).toBe(false);
});

test.each(['', 'plain', '$7$', '$7$101$$', '$6$AAAA$AAAA', `${DEVICE_HASH_OF_NOBODY}x y`, DEVICE_HASH_OF_NOBODY])(
  'nobody has the hash %j',
  (hash) => {
    for (const guess of ['', 'x', hash]) expect(isDevicePassword(bytes(guess), hash)).toBe(false);
  },
);

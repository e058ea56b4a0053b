import { argon2Sync } from 'node:crypto';
import type { Grant } from '../../src/core/access.ts';
import type { Instant } from '../../src/core/time.ts';
import { insertAccount } from '../../src/gateway/accounts.ts';
import type { TestDatabase } from '../support/test-database.ts';

export const PASSWORD = 'a password of the test';

/** Of the least cost there is, where the service takes a second: tests sign in a thousand times. */
const QUICK = { memory: 8, passes: 1, parallelism: 1 } as const;
const SALT = Buffer.alloc(16, 2);
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const TAG = argon2Sync('argon2id', { message: PASSWORD, nonce: SALT, tagLength: 32, ...QUICK });
const HASH = `$argon2id$v=19$m=8,t=1,p=1$${unpadded(SALT)}$${unpadded(TAG)}`;

interface Quick {
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** An account whose password is `PASSWORD`, as its owner chose it; returns its id. */
export const quickAccount = (
  { db }: Pick<TestDatabase, 'db'>,
  { name, grants }: Quick,
  now: Instant,
): Promise<string> =>
  insertAccount(db, { name, grants, first: { password: PASSWORD, hash: HASH, mustChange: false } }, now);

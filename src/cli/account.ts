import type { Kysely } from 'kysely';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { createAccount } from '../gateway/accounts.ts';
import type { Database } from '../platform/database.ts';

interface AccountCommandPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  readonly print: (text: string) => void;
}

/**
 * `account add NAME` makes an account and prints its first password, which is kept nowhere else.
 * @throws AppError `account/exists`
 */
export async function accountCommand(words: readonly string[], { db, now, print }: AccountCommandPorts): Promise<void> {
  const [action, name, ...more] = words;
  if (action !== 'add' || name === undefined || more.length > 0) {
    throw new AppError('config/setting', 'usage: tailwatch account add NAME');
  }
  print(await createAccount(db, name, now));
}

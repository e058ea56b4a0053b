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
 * @throws AppError `account/exists`, or `config/setting` for a blank name
 */
export async function accountCommand(words: readonly string[], { db, now, print }: AccountCommandPorts): Promise<void> {
  const [action, name, ...more] = words;
  if (action !== 'add' || name === undefined || more.length > 0) {
    throw new AppError('config/setting', 'usage: tailwatch account add NAME');
  }
  if (name.trim() === '') throw new AppError('config/setting', 'the name of an account must not be blank');
  const password = await createAccount(db, name.trim(), now);
  print(`Account "${name.trim()}" can sign in now. Its password, shown only this once: ${password}`);
}

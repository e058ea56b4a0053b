import { randomInt, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { HASH_OF_NOBODY, hashPassword, isPassword } from './password.ts';

/** No letter or digit that is mistaken for another when it is read aloud or copied by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
/** Each at 64 MiB: a burst of sign-ins waits in line instead of filling the memory. */
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING = 20;

/** A random password of four groups of five, about 99 bits. */
const firstPassword = (): string =>
  Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join(
    '-',
  );

/**
 * Makes an account and returns its first password, which is kept nowhere.
 * Throws `account/exists` when the name is taken.
 */
export async function createAccount(db: Kysely<Database>, name: string, now: Instant): Promise<string> {
  const password = firstPassword();
  const password_hash = await hashPassword(password);
  const made = await db
    .insertInto('account')
    .values({ id: randomUUID(), name, password_hash, created_at: new Date(now) })
    .onConflict((oc) => oc.column('name').doNothing())
    .executeTakeFirst();
  if (made.numInsertedOrUpdatedRows === 0n)
    throw new AppError('account/exists', `there is already an account "${name}"`);
  return password;
}

/** Somebody who may sign in. */
export interface Account {
  readonly id: string;
  readonly name: string;
}

/**
 * Finds who a name and password belong to. An unknown name and a wrong password throw the same
 * `session/wrong-password` after the same work; a line of waiting checks that is too long throws `session/too-many-attempts`.
 */
export function accountChecker(db: Kysely<Database>) {
  const inLine = line();
  return async (name: string, password: string): Promise<Account> => {
    const row = await db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst();
    const right = await inLine(() => isPassword(password, row?.password_hash ?? HASH_OF_NOBODY));
    if (!right || row === undefined) throw new AppError('session/wrong-password', 'the name or the password is wrong');
    return { id: row.id, name: row.name };
  };
}

/** Runs a few pieces of work at once and keeps a bounded line of others waiting. */
function line() {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= CHECKS_AT_ONCE) {
      if (waiting.length >= CHECKS_WAITING)
        throw new AppError('session/too-many-attempts', 'too many sign-ins at once', { retryable: true });
      // Whoever finishes hands over the place without giving it up: `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

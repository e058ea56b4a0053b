import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Grant } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { setGrants } from './grants.ts';
import { HASH_OF_NOBODY, hashPassword, isPassword } from './password.ts';
import { spellable } from './secret-words.ts';

/** Each at 64 MiB: a burst of sign-ins waits in line instead of filling the memory. */
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING = 20;

export interface NewAccount {
  readonly name: string;
  readonly grants: readonly Grant[];
  /** Chosen by its owner; null: one is drawn, and has to be changed at the first sign-in. */
  readonly password: string | null;
}

/** A random password of four groups of five, about 99 bits. */
const drawPassword = (): string => spellable(4);

/** A password, and what is stored of it. To hash takes a good part of a second: it is done before a transaction, not in it. */
export interface HashedPassword {
  readonly password: string;
  readonly hash: string;
  /** It was drawn: its owner has to choose another at the next sign-in. */
  readonly mustChange: boolean;
}

/** null: one is drawn. */
export async function hashed(chosen: string | null): Promise<HashedPassword> {
  const password = chosen ?? drawPassword();
  return { password, hash: await hashPassword(password), mustChange: chosen === null };
}

/**
 * Makes an account with its roles. Returns its id, and its password, which is kept nowhere.
 * Throws `account/exists` when the name is taken.
 */
export async function createAccount(
  db: Kysely<Database>,
  { name, grants, password }: NewAccount,
  now: Instant,
): Promise<{ readonly id: string; readonly password: string }> {
  const first = await hashed(password);
  return { id: await insertAccount(db, { name, grants, first }, now), password: first.password };
}

/** The same with a password that was hashed already; returns its id. */
export async function insertAccount(
  db: Kysely<Database>,
  { name, grants, first }: Pick<NewAccount, 'name' | 'grants'> & { readonly first: HashedPassword },
  now: Instant,
): Promise<string> {
  const id = randomUUID();
  const made = await db
    .insertInto('account')
    .values({
      id,
      name,
      password_hash: first.hash,
      must_change_password: first.mustChange,
      created_at: new Date(now),
      disabled_at: null,
      totp_sealed: null,
      totp_confirmed_at: null,
      identity: null,
    })
    .onConflict((oc) => oc.column('name').doNothing())
    .executeTakeFirst();
  if (made.numInsertedOrUpdatedRows === 0n)
    throw new AppError('account/exists', `there is already an account "${name}"`, { field: 'name' });
  await setGrants(db, { accountId: id }, grants);
  return id;
}

/** Changes a password: one that was drawn has to be changed at the next sign-in. */
export const setPassword = (db: Kysely<Database>, accountId: string, { hash, mustChange }: HashedPassword) =>
  db
    .updateTable('account')
    .set({ password_hash: hash, must_change_password: mustChange })
    .where('id', '=', accountId)
    .execute();

/** Who acts: a person, a screen on a wall, or a program. */
export interface Account {
  readonly id: string;
  /** As it stands in the audit: of a screen `kiosk:NAME`, of a program `token:NAME`. */
  readonly name: string;
}

export type AccountRow = Selectable<Database['account']>;
export type CheckPassword = (name: string, password: string) => Promise<AccountRow>;

/**
 * Finds who a name and password belong to. An unknown name, one that was shut out and a wrong password throw the same
 * `session/wrong-password` after the same work; a line of waiting checks that is too long throws `session/too-many-attempts`.
 */
export function passwordChecker(db: Kysely<Database>): CheckPassword {
  const inLine = line();
  return async (name, password) => {
    const row = await db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst();
    const right = await inLine(() => isPassword(password, row?.password_hash ?? HASH_OF_NOBODY));
    if (!right || row === undefined || row.disabled_at !== null)
      throw new AppError('session/wrong-password', 'the name or the password is wrong');
    return row;
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

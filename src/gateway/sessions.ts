import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { HOUR, SECOND, instant, plus } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';
import type { Database } from '../platform/database.ts';
import type { Account } from './accounts.ts';

/** A session ends this long after it was last used; an open page uses it. */
const IDLE_MS = 12 * HOUR;
/** A session ends at the latest this long after it began. */
export const LASTS_MS = 30 * 24 * HOUR;
/** A session is not renewed more often than this: each renewal is a write. */
const RENEW_EVERY_MS = HOUR / 6;

/** A database that takes longer is away, as far as a session is concerned that was seen before. */
const ANSWER_WITHIN_MS = 3 * SECOND;
/** Sessions remembered at most; those seen longest ago are forgotten first. */
const REMEMBERED_MAX = 10_000;

/** A session as a request carries it. */
export interface Session {
  readonly key: SessionKey;
  readonly account: Account;
  readonly expiresAt: Instant;
}

/** SHA-256 of the token in hex: names a session without being able to open it. */
export type SessionKey = string;

const keyOf = (token: string): SessionKey => createHash('sha256').update(token).digest('hex');

/**
 * Sessions of signed-in accounts. The table holds hashes of tokens: who reads it cannot sign in.
 * While the database is away a session that was seen before still holds: a wall must not lose its live curves.
 */
export function sessions(db: Kysely<Database>, answerWithinMs = ANSWER_WITHIN_MS) {
  const seen = new Map<SessionKey, Session>();
  const remember = (key: SessionKey, session: Session | null): Session | null => {
    seen.delete(key);
    if (session !== null) seen.set(key, session);
    const [oldest] = seen.size > REMEMBERED_MAX ? seen.keys() : [];
    if (oldest !== undefined) seen.delete(oldest);
    return session;
  };
  const ask = async (key: SessionKey, now: Instant): Promise<Session | null> => {
    const known = seen.get(key);
    const asked = use(db, key, now).then((session) => remember(key, session));
    if (known === undefined || known.expiresAt <= now) return asked;
    // Its end may be known only later; it changes nothing that was answered.
    asked.catch(() => {});
    try {
      return await within(answerWithinMs, asked, known);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      return known;
    }
  };

  return {
    /** Begins a session and returns its token, which is kept nowhere else; removes those that are over. */
    async begin(account: Account, now: Instant): Promise<string> {
      const token = randomBytes(32).toString('base64url');
      await db.deleteFrom('session').where('expires_at', '<', new Date(now)).execute();
      await db
        .insertInto('session')
        .values({
          token_hash: Buffer.from(keyOf(token), 'hex'),
          account_id: account.id,
          created_at: new Date(now),
          expires_at: new Date(plus(now, IDLE_MS)),
        })
        .execute();
      return token;
    },

    /** The session a token opens, or null when there is none or it is over. Being asked for is being used. */
    find: (token: string, now: Instant): Promise<Session | null> => ask(keyOf(token), now),

    /** The same for a session that is already known, as an open page is. */
    renew: (key: SessionKey, now: Instant): Promise<Session | null> => ask(key, now),

    async end(key: SessionKey): Promise<void> {
      seen.delete(key);
      await db.deleteFrom('session').where('token_hash', '=', Buffer.from(key, 'hex')).execute();
    },
  };
}
export type Sessions = ReturnType<typeof sessions>;

/** What is asked for, or `otherwise` when it takes too long. */
async function within<T>(lengthMs: DurationMs, asked: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => (timer = setTimeout(resolve, lengthMs, otherwise)));
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function use(db: Kysely<Database>, key: SessionKey, now: Instant): Promise<Session | null> {
  const row = await db
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .select(['account.id', 'account.name', 'session.created_at', 'session.expires_at'])
    .where('token_hash', '=', Buffer.from(key, 'hex'))
    .executeTakeFirst();
  if (row === undefined || row.expires_at.getTime() <= now) return null;
  const account = { id: row.id, name: row.name };
  const expiresAt = instant(Math.min(plus(now, IDLE_MS), row.created_at.getTime() + LASTS_MS));
  if (expiresAt - row.expires_at.getTime() >= RENEW_EVERY_MS) {
    await db
      .updateTable('session')
      .set({ expires_at: new Date(expiresAt) })
      .where('token_hash', '=', Buffer.from(key, 'hex'))
      .execute();
    return { key, account, expiresAt };
  }
  return { key, account, expiresAt: instant(row.expires_at.getTime()) };
}

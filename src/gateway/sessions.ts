import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { accessOf, accessOfScopes } from '../core/access.ts';
import type { Access, Grant, Permission } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import { DAY, HOUR, MINUTE, SECOND, instant, plus } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';
import type { Database } from '../platform/database.ts';
import type { Account, AccountRow } from './accounts.ts';
import { grantsOf } from './grants.ts';
import { digestOf, opaqueSecret } from './secret-words.ts';

/** A session ends this long after it was last used; an open page uses it. */
const IDLE_MS = 12 * HOUR;
/** A session ends at the latest this long after it began. */
export const LASTS_MS = 30 * DAY;
/** A screen on a wall signs out when its kiosk is revoked, and not before: a century is not "never", but will do. */
const KIOSK_LASTS_MS = 36_525 * DAY;
/** A session is not renewed more often than this: each renewal is a write. */
const RENEW_EVERY_MS = HOUR / 6;
/** A token is exchanged for another when it is this old; a stolen one is good for nothing soon. */
const ROTATE_EVERY_MS = DAY;
/** From when the new token is first used: what was under way with the one before. A new one may get lost on its way. */
const PREVIOUS_HOLDS_MS = 2 * MINUTE;

/** A database that takes longer is away, as far as a session is concerned that was seen before. */
const ANSWER_WITHIN_MS = 3 * SECOND;
/** Sessions remembered at most; those seen longest ago are forgotten first. */
const REMEMBERED_MAX = 10_000;

/** A session as a request carries it. */
export interface Session {
  readonly key: SessionKey;
  readonly kind: 'person' | 'kiosk' | 'token';
  readonly account: Account;
  /** A person's; of others none: what they may stands in `access` alone. */
  readonly grants: readonly Grant[];
  readonly access: Access;
  readonly secondFactor: boolean;
  /** Nothing but a new password is taken from it. */
  readonly mustChangePassword: boolean;
  readonly expiresAt: Instant;
}

/** Number of a session: names it, and keeps naming it when its token is exchanged, without being able to open it. */
export type SessionKey = string;

export interface Beginning {
  readonly now: Instant;
  /** Where from, as far as we know. */
  readonly address: string;
  readonly agent: string;
  readonly secondFactor?: boolean;
  /** The OpenID provider vouched for it: no password was given. */
  readonly byProvider?: boolean;
  /** The account as it was when it was known who it is: where password, second factor or identity have changed since, none begins. */
  readonly checked?: AccountRow;
}

type Holder = { readonly accountId: string } | { readonly kioskId: string };

/**
 * Sessions of people who signed in and of screens on walls. The table holds hashes of tokens: who reads it cannot sign in.
 * While the database is away a session that was seen before still holds, to look with: a wall must not lose its live curves.
 */
export function sessions(db: Kysely<Database>, answerWithinMs = ANSWER_WITHIN_MS) {
  /** By what they were asked for with: the hash of a token, or their number. */
  const seen = new Map<string, Session>();
  const remember = (name: string, session: Session | null): Session | null => {
    seen.delete(name);
    if (session !== null) seen.set(name, session);
    const [oldest] = seen.size > REMEMBERED_MAX ? seen.keys() : [];
    if (oldest !== undefined) seen.delete(oldest);
    return session;
  };
  const forget = (key: SessionKey): void => {
    for (const [name, session] of seen) if (session.key === key) seen.delete(name);
  };
  const ask = async (name: string, by: Search, now: Instant, fresh = false): Promise<Session | null> => {
    const known = seen.get(name);
    const asked = use(db, by, now).then((session) => remember(name, session));
    if (fresh || known === undefined || known.expiresAt <= now) return asked;
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
    async begin(holder: Holder, beginning: Beginning): Promise<string> {
      const { now, address, agent, secondFactor = false, byProvider = false, checked } = beginning;
      const token = opaqueSecret();
      await db.deleteFrom('session').where('expires_at', '<', new Date(now)).execute();
      await db.transaction().execute(async (tx) => {
        if (checked !== undefined) await expectUnchanged(tx, checked);
        await tx
          .insertInto('session')
          .values({
            token_hash: digestOf(token),
            account_id: 'accountId' in holder ? holder.accountId : null,
            credential_id: 'kioskId' in holder ? holder.kioskId : null,
            created_at: new Date(now),
            expires_at: new Date(plus(now, 'accountId' in holder ? IDLE_MS : KIOSK_LASTS_MS)),
            rotated_at: new Date(now),
            seen_at: new Date(now),
            second_factor: secondFactor,
            by_provider: byProvider,
            previous_hash: null,
            previous_until: null,
            address,
            agent: agent.slice(0, 300),
          })
          .execute();
      });
      return token;
    },

    /**
     * The session a token opens, or null when there is none or it is over. Being asked for is being used. `fresh`: only
     * what the database says counts, for who wants to decide something; somebody else may have ended the session.
     */
    find(token: string, now: Instant, { fresh = false }: { readonly fresh?: boolean } = {}): Promise<Session | null> {
      const hash = digestOf(token);
      return ask(hash.toString('hex'), { hash }, now, fresh);
    },

    /** The same for a session that is already known, as an open page is. */
    renew: (key: SessionKey, now: Instant): Promise<Session | null> => ask(key, { key }, now),

    /**
     * Exchanges the token of a session; null where it is not old enough. After a second factor or a password that was
     * changed it always is: whoever knew the token before does not have the new rights.
     */
    async rotate(
      key: SessionKey,
      now: Instant,
      { always = false, secondFactor }: { readonly always?: boolean; readonly secondFactor?: boolean } = {},
    ): Promise<string | null> {
      const token = opaqueSecret();
      const changed = await db
        .updateTable('session')
        .set({
          token_hash: digestOf(token),
          previous_hash: always ? null : HELD_HASH,
          previous_until: null,
          rotated_at: new Date(now),
          ...(secondFactor !== undefined && { second_factor: secondFactor }),
        })
        .where('id', '=', key)
        .$if(!always, (query) => query.where('rotated_at', '<', new Date(now - ROTATE_EVERY_MS)))
        .executeTakeFirst();
      if (changed.numUpdatedRows === 0n) return null;
      forget(key);
      return token;
    },

    /** It was deleted by somebody else: it is not remembered either. */
    forget,

    async end(key: SessionKey): Promise<void> {
      forget(key);
      await db.deleteFrom('session').where('id', '=', key).execute();
    },

    /** Ends every session of an account but one; returns which. */
    async endOthers(accountId: string, keep: SessionKey | null): Promise<readonly SessionKey[]> {
      const ended = await db
        .deleteFrom('session')
        .where('account_id', '=', accountId)
        .$if(keep !== null, (query) => query.where('id', '<>', keep ?? ''))
        .returning('id')
        .execute();
      for (const { id } of ended) forget(id);
      return ended.map(({ id }) => id);
    },
  };
}
export type Sessions = ReturnType<typeof sessions>;

/** Holds the account until the session is there: whoever changes it next finds the session, and ends it. */
async function expectUnchanged(tx: Transaction<Database>, checked: AccountRow): Promise<void> {
  const row = await tx
    .selectFrom('account')
    .select(['password_hash', 'totp_confirmed_at', 'identity', 'disabled_at'])
    .where('id', '=', checked.id)
    .forShare()
    .executeTakeFirst();
  const same =
    row?.password_hash === checked.password_hash &&
    row.totp_confirmed_at?.getTime() === checked.totp_confirmed_at?.getTime() &&
    row.identity === checked.identity &&
    row.disabled_at === null;
  if (!same) throw new AppError('session/wrong-password', 'the name or the password is wrong');
}

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

type Search = { readonly hash: Buffer } | { readonly key: SessionKey };

async function use(db: Kysely<Database>, by: Search, now: Instant): Promise<Session | null> {
  const row = await db
    .selectFrom('session')
    .leftJoin('account', 'account.id', 'session.account_id')
    .leftJoin('credential', 'credential.id', 'session.credential_id')
    .select([
      'session.id as key',
      'session.created_at',
      'session.expires_at',
      'session.seen_at',
      'session.second_factor',
      'session.by_provider',
      'session.token_hash',
      'session.previous_hash',
      'session.previous_until',
      'account.id as account_id',
      'account.name as account_name',
      'account.must_change_password',
      'account.disabled_at',
      'credential.id as kiosk_id',
      'credential.name as kiosk_name',
      'credential.site_ids',
      'credential.revoked_at',
      'credential.expires_at as kiosk_expires_at',
    ])
    .where((eb) =>
      'key' in by
        ? eb('session.id', '=', by.key)
        : eb.or([
            eb('token_hash', '=', by.hash),
            eb.and([
              eb('previous_hash', '=', by.hash),
              eb.or([eb('previous_until', 'is', null), eb('previous_until', '>', new Date(now))]),
            ]),
          ]),
    )
    .executeTakeFirst();
  if (row === undefined || row.expires_at.getTime() <= now) return null;
  if (row.disabled_at !== null || row.revoked_at !== null) return null;
  if (row.kiosk_expires_at !== null && row.kiosk_expires_at.getTime() <= now) return null;
  if ('hash' in by && row.token_hash.equals(by.hash) && row.previous_hash !== null && row.previous_until === null)
    await retirePrevious(db, row.key, now);
  const expiresAt = await renewed(db, row, now);
  if (row.account_id === null || row.account_name === null) {
    const screen = { id: row.kiosk_id ?? '', name: `kiosk:${row.kiosk_name ?? ''}` };
    return {
      key: row.key,
      kind: 'kiosk',
      account: screen,
      grants: [],
      access: accessOfScopes(KIOSK_SCOPES, row.site_ids),
      secondFactor: false,
      mustChangePassword: false,
      expiresAt: instant(Math.min(expiresAt, row.kiosk_expires_at?.getTime() ?? expiresAt)),
    };
  }
  const grants = await grantsOf(db, row.account_id);
  return {
    key: row.key,
    kind: 'person',
    account: { id: row.account_id, name: row.account_name },
    grants,
    access: accessOf(grants, { secondFactor: row.second_factor }),
    secondFactor: row.second_factor,
    mustChangePassword: row.must_change_password === true && !row.by_provider,
    expiresAt,
  };
}

/** What the browser has: the token before, where the answer with the present one got lost. */
const HELD_HASH = sql<Buffer>`case when previous_until is null then coalesce(previous_hash, token_hash) else token_hash end`;

/** The new token has arrived. */
const retirePrevious = (db: Kysely<Database>, key: SessionKey, now: Instant) =>
  db
    .updateTable('session')
    .set({ previous_until: new Date(plus(now, PREVIOUS_HOLDS_MS)) })
    .where('id', '=', key)
    .execute();

/** A screen on a wall looks, and does nothing. */
const KIOSK_SCOPES: readonly Permission[] = ['site/see'];

interface Held {
  readonly key: SessionKey;
  readonly account_id: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly seen_at: Date | null;
}

/** Until when it goes on now that it was used; written down at most every ten minutes. */
async function renewed(db: Kysely<Database>, row: Held, now: Instant): Promise<Instant> {
  const expiresAt =
    row.account_id === null
      ? row.expires_at.getTime()
      : Math.min(plus(now, IDLE_MS), row.created_at.getTime() + LASTS_MS);
  if (now - (row.seen_at?.getTime() ?? 0) < RENEW_EVERY_MS) return instant(row.expires_at.getTime());
  await db
    .updateTable('session')
    .set({ expires_at: new Date(expiresAt), seen_at: sql`greatest(seen_at, ${new Date(now)})` })
    .where('id', '=', row.key)
    .execute();
  return instant(expiresAt);
}

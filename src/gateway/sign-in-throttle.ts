import type { Kysely } from 'kysely';
import { AppError } from '../core/errors.ts';
import { DAY, MINUTE, plus } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';

/** Refused tries are looked back on for this long. */
const LOOK_BACK_MS = 30 * MINUTE;
const LONGEST_WAIT_MS = 15 * MINUTE;
/** From one address for one name: as many slips as a tired person makes. */
const SLIPS = 5;
/** From one address for all names: a control room behind one address has several people. */
const OF_ADDRESS = 30;
/** For one name from all addresses, except those where it has signed in before: nobody locks out a duty officer from afar. */
const OF_NAME = 60;

/** Refused tries of the last half hour. */
export interface Tries {
  readonly pair: number;
  readonly ofAddress: number;
  readonly ofName: number;
  /** The last of those that count against this try. */
  readonly lastAt: Instant;
  /** This name has signed in from this address before. */
  readonly known: boolean;
}

/** Until when no further try is looked at; null: it may be made now. A minute after the fifth slip, then twice as long each time. */
export function waitsUntil({ pair, ofAddress, ofName, lastAt, known }: Tries): Instant | null {
  const over = Math.max(pair - SLIPS, ofAddress - OF_ADDRESS, known ? -1 : ofName - OF_NAME);
  if (over < 0) return null;
  const waitMs: DurationMs = Math.min(LONGEST_WAIT_MS, MINUTE * 2 ** Math.min(over, 10));
  return plus(lastAt, waitMs);
}

interface Try {
  readonly name: string;
  readonly address: string;
  readonly now: Instant;
}

/** Throws `session/too-many-attempts` where a try has to wait. It holds through restarts, and for all gateways together. */
export async function checkThrottle(db: Kysely<Database>, { name, address, now }: Try): Promise<void> {
  const since = new Date(now - LOOK_BACK_MS);
  const row = await db
    .selectFrom('sign_in_failure')
    .select(({ fn, eb }) => [
      fn.countAll<number>().filterWhere('name', '=', name).filterWhere('address', '=', address).as('pair'),
      fn.countAll<number>().filterWhere('address', '=', address).as('of_address'),
      fn.countAll<number>().filterWhere('name', '=', name).as('of_name'),
      fn.max('at').as('last_at'),
      eb
        .exists(
          eb
            .selectFrom('session')
            .innerJoin('account', 'account.id', 'session.account_id')
            .select('session.id')
            .where('account.name', '=', name)
            .where('session.address', '=', address),
        )
        .as('known'),
    ])
    .where('at', '>', since)
    .where('at', '<=', new Date(now))
    .where((eb) => eb.or([eb('name', '=', name), eb('address', '=', address)]))
    .executeTakeFirstOrThrow();
  const lastAt = (row.last_at?.getTime() ?? 0) as Instant;
  const until = waitsUntil({
    pair: row.pair,
    ofAddress: row.of_address,
    ofName: row.of_name,
    lastAt,
    known: Boolean(row.known),
  });
  if (until !== null && now < until)
    throw new AppError('session/too-many-attempts', 'too many refused sign-ins: wait some minutes', {
      retryable: true,
    });
}

/** Remembers a refused try, and forgets those that are over a day old. */
export async function noteFailure(db: Kysely<Database>, { name, address, now }: Try): Promise<void> {
  await db
    .deleteFrom('sign_in_failure')
    .where('at', '<', new Date(now - DAY))
    .execute();
  await db
    .insertInto('sign_in_failure')
    .values({ at: new Date(now), name, address })
    .execute();
}

/** Who got in made slips, not an attack. */
export async function forgetFailures(db: Kysely<Database>, { name, address }: Try): Promise<void> {
  await db.deleteFrom('sign_in_failure').where('name', '=', name).where('address', '=', address).execute();
}

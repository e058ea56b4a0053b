import type { Kysely } from 'kysely';
import { AppError } from '../core/errors.ts';
import { DAY, MINUTE, instant, plus } from '../core/time.ts';
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
/** Where somebody has not signed in for this long is no place of theirs any more. */
const KNOWN_FOR_MS = 90 * DAY;

/** Refused tries of the last half hour, and when the last of them was. */
interface Refused {
  readonly count: number;
  readonly lastAt: Instant;
}

export interface Tries {
  /** Of this name from this address. */
  readonly pair: Refused;
  readonly ofAddress: Refused;
  readonly ofName: Refused;
  /** This name has signed in from this address before. */
  readonly known: boolean;
}

/** Until when no further try is looked at; null: it may be made now. A minute after the fifth slip, then twice as long each time. */
export function waitsUntil({ pair, ofAddress, ofName, known }: Tries): Instant | null {
  const counting = [
    { ...pair, allowed: SLIPS },
    { ...ofAddress, allowed: OF_ADDRESS },
    ...(known ? [] : [{ ...ofName, allowed: OF_NAME }]),
  ].filter(({ count, allowed }) => count >= allowed);
  const ends = counting.map(({ count, allowed, lastAt }) => plus(lastAt, waitMs(count - allowed)));
  return ends.length === 0 ? null : instant(Math.max(...ends));
}

const waitMs = (over: number): DurationMs => Math.min(LONGEST_WAIT_MS, MINUTE * 2 ** Math.min(over, 10));

interface Try {
  readonly name: string;
  readonly address: string;
  readonly now: Instant;
}

/** Throws `session/too-many-attempts` where a try has to wait. It holds through restarts, and for all gateways together. */
export async function checkThrottle(db: Kysely<Database>, { name, address, now }: Try): Promise<void> {
  const row = await db
    .selectFrom('sign_in_failure')
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere('name', '=', name).filterWhere('address', '=', address).as('pair'),
      fn.max('at').filterWhere('name', '=', name).filterWhere('address', '=', address).as('pair_at'),
      fn.countAll<number>().filterWhere('address', '=', address).as('of_address'),
      fn.max('at').filterWhere('address', '=', address).as('of_address_at'),
      fn.countAll<number>().filterWhere('name', '=', name).as('of_name'),
      fn.max('at').filterWhere('name', '=', name).as('of_name_at'),
    ])
    .where('at', '>', new Date(now - LOOK_BACK_MS))
    .where('at', '<=', new Date(now))
    .where((eb) => eb.or([eb('name', '=', name), eb('address', '=', address)]))
    .executeTakeFirstOrThrow();
  const known = await db
    .selectFrom('sign_in_address')
    .innerJoin('account', 'account.id', 'sign_in_address.account_id')
    .select('account_id')
    .where('name', '=', name)
    .where('address', '=', address)
    .where('last_at', '>', new Date(now - KNOWN_FOR_MS))
    .executeTakeFirst();
  const refused = (count: number, last: Date | null): Refused => ({ count, lastAt: instant(last?.getTime() ?? 0) });
  const until = waitsUntil({
    pair: refused(row.pair, row.pair_at),
    ofAddress: refused(row.of_address, row.of_address_at),
    ofName: refused(row.of_name, row.of_name_at),
    known: known !== undefined,
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

/** Who got in made slips, not an attack; and from there nobody else's tries lock them out. */
export async function noteSuccess(db: Kysely<Database>, accountId: string, { name, address, now }: Try): Promise<void> {
  await db.deleteFrom('sign_in_failure').where('name', '=', name).where('address', '=', address).execute();
  await db
    .deleteFrom('sign_in_address')
    .where('account_id', '=', accountId)
    .where('last_at', '<', new Date(now - KNOWN_FOR_MS))
    .execute();
  const seen = { account_id: accountId, address, last_at: new Date(now) };
  await db
    .insertInto('sign_in_address')
    .values(seen)
    .onConflict((conflict) => conflict.columns(['account_id', 'address']).doUpdateSet({ last_at: seen.last_at }))
    .execute();
}

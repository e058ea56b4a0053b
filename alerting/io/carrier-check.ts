import type { Kysely, Selectable } from 'kysely';
import { DAY } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Carriers, NamedCarrier } from '../channels/named-carrier.ts';

/** What changed, or is told once a day. */
export interface CarrierNews {
  readonly carrier: string;
  readonly type: 'failing' | 'well-again' | 'self-test';
  readonly detail: string;
  readonly balance: string | null;
  /** Looks that failed in a row. */
  readonly faults: number;
}

type Status = Selectable<Database['carrier_status']>;
type Found = Pick<Status, 'simulated' | 'reachable' | 'detail' | 'page' | 'balance'>;

/** Of no medium: there is nobody who could be asked. */
const NONE = 'none';

/**
 * Asks every carrier who it is and how it is, and writes that down: whether anybody can be called, whether phones are only
 * simulated, what is left to call with. Resolves with what is news: a fault that lasts is one, however often it is met, and
 * once a day each carrier tells how its test went.
 */
export async function checkCarriers(
  db: Kysely<Database>,
  clock: DatabaseClock,
  carriers: Carriers,
): Promise<readonly CarrierNews[]> {
  const found = await Promise.all(carriers.map(async (each) => ({ each, found: await look(each) })));
  const at = await clock.read(db);
  await db
    .deleteFrom('carrier_status')
    .where('carrier', 'not in', carriers.length === 0 ? [NONE] : carriers.map(({ name }) => name))
    .execute();
  if (carriers.length === 0) await keep(db, NO_CARRIER, NOBODY, 0, at);
  const news = await Promise.all(found.map(({ each, found: state }, rank) => keep(db, each, state, rank, at)));
  return news.flat();
}

const NO_CARRIER = { name: NONE, kind: NONE, media: [], noTemplate: [] } as const;
const NOBODY: Found = {
  simulated: null,
  reachable: false,
  detail: 'no carrier is configured: nobody can be called',
  page: null,
  balance: null,
};

async function look({ carrier }: NamedCarrier): Promise<Found> {
  try {
    const { name, simulated, page, balance = null, unable } = await carrier.about();
    return { simulated, reachable: unable === undefined, detail: unable ?? name, page, balance };
  } catch (error) {
    // Whatever it is: one carrier that is broken keeps no other from being looked at.
    const detail = error instanceof Error ? error.message : String(error);
    return { simulated: null, reachable: false, detail, page: null, balance: null };
  }
}

async function keep(
  db: Kysely<Database>,
  { name, kind, media, noTemplate }: Pick<NamedCarrier, 'name' | 'kind' | 'media' | 'noTemplate'>,
  found: Found,
  rank: number,
  at: Instant,
): Promise<readonly CarrierNews[]> {
  const before = await db.selectFrom('carrier_status').selectAll().where('carrier', '=', name).executeTakeFirst();
  const isTested =
    before?.tested_at === undefined || before.tested_at === null || at - before.tested_at.getTime() >= DAY;
  const wasFailing = before !== undefined && !before.reachable;
  const faults = found.reachable ? 0 : (before?.faults ?? 0) + 1;
  const fields = {
    ...found,
    kind,
    media: [...media],
    no_template: [...noTemplate],
    rank,
    checked_at: new Date(at),
    faults,
    failing_since: found.reachable ? null : (before?.failing_since ?? new Date(at)),
    ...(isTested && { tested_at: new Date(at) }),
    // What a carrier has once said of itself stays true while it is away.
    ...(found.simulated === null && before !== undefined && { simulated: before.simulated }),
  };
  await db
    .insertInto('carrier_status')
    .values({ carrier: name, ...fields })
    .onConflict((conflict) => conflict.column('carrier').doUpdateSet(fields))
    .execute();
  const tell = (type: CarrierNews['type']): CarrierNews => ({
    carrier: name,
    type,
    detail: found.detail,
    balance: found.balance,
    faults: type === 'well-again' ? (before?.faults ?? 0) : faults,
  });
  return [
    ...(!found.reachable && !wasFailing ? [tell('failing')] : []),
    ...(found.reachable && wasFailing ? [tell('well-again')] : []),
    ...(isTested ? [tell('self-test')] : []),
  ];
}

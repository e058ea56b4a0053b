import type { Kysely } from 'kysely';
import { hasCode } from '../../src/core/errors.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Carrier } from '../channels/carrier.ts';

/** Asks the carrier who it is and writes that down: whether anybody can be called, and whether phones are only simulated. */
export async function checkCarrier(db: Kysely<Database>, clock: DatabaseClock, carrier: Carrier | null): Promise<void> {
  const found = await look(carrier);
  const fields = { ...found, checked_at: new Date(await clock.read(db)) };
  await db
    .insertInto('carrier_status')
    .values({ carrier: 'http', ...fields })
    .onConflict((conflict) => conflict.column('carrier').doUpdateSet(fields))
    .execute();
}

async function look(carrier: Carrier | null) {
  if (carrier === null)
    return { simulated: null, reachable: false, detail: 'no carrier is configured: nobody can be called', page: null };
  try {
    const { name, simulated, page } = await carrier.about();
    return { simulated, reachable: true, detail: name, page };
  } catch (error) {
    if (!hasCode(error, 'carrier/unreachable')) throw error;
    return { simulated: null, reachable: false, detail: error.message, page: null };
  }
}

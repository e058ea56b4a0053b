import type { Kysely } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { Database } from './database.ts';

/** Writes down that `process` gets on with its work at `at`. Several of one name share a beat: one that works is enough. */
export async function beat(db: Kysely<Database>, process: string, at: Instant): Promise<void> {
  const beat_at = new Date(at);
  await db
    .insertInto('heartbeat')
    .values({ process, beat_at })
    .onConflict((oc) => oc.column('process').doUpdateSet({ beat_at }))
    .execute();
}

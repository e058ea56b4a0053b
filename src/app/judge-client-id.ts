import type { Kysely } from 'kysely';
import type { Database } from '../platform/database.ts';

/**
 * What the judge of a partition calls itself at an outside broker: the same for every judge of this database, so that
 * one goes on with the session of the one before, and another for every other installation. At most 23 characters,
 * which is all that MQTT 3.1.1 obliges a broker to take, for a partition of four.
 */
export async function judgeClientId(db: Kysely<Database>, partition: string): Promise<string> {
  const { id } = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow();
  return `tw-${id.replaceAll('-', '').slice(0, 15)}-${partition}`;
}

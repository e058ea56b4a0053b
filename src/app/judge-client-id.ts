import type { Kysely } from 'kysely';
import { SECOND } from '../core/time.ts';
import { openDatabase } from '../platform/database.ts';
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

const ANSWER_WITHIN_MS = 10 * SECOND;

/**
 * The same, asked for until it is known and never again: the line to the broker must be had also while the database is
 * away. A database that does not answer is given up after 10 s.
 */
export function knownClientId(databaseUrl: string, partition: string): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    if (known !== undefined) return known;
    await using asked = openDatabase(databaseUrl, { name: 'judge name', max: 1, answerWithinMs: ANSWER_WITHIN_MS });
    return (known = await judgeClientId(asked.db, partition));
  };
}

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { AppError } from '../../src/core/errors.ts';
import type { Database } from '../../src/platform/database.ts';
import { referenceOf } from '../channels/standing-by.ts';

/** How a vendor names a call or message: by its own name, and by the beginning of our id where it keeps no more. */
export interface VendorName {
  readonly carrier: string;
  readonly reference: string;
  /** Hexadecimal digits of the id, without hyphens. */
  readonly begins?: string;
}

/** The attempt that a vendor speaks of: of a callout, of a broadcast, or a call that proves a number. Throws `attempt/not-found`. */
export async function attemptNamed(db: Kysely<Database>, { carrier, reference, begins }: VendorName): Promise<string> {
  const own = cleaned(reference);
  const asked = await db
    .selectFrom('carrier_request')
    .select('attempt_id as id')
    .where('carrier', '=', carrier)
    .where('reference', '=', own)
    .executeTakeFirst();
  const found =
    asked ??
    (await firstOf(db, ['broadcast_attempt', 'proof_call'], sql`carrier_ref = ${referenceOf(carrier, own)}`)) ??
    // Its report came before its answer was written down.
    (begins === undefined ? undefined : await firstOf(db, TABLES, idBegins(begins)));
  if (found === undefined) throw new AppError('attempt/not-found', 'there is no such attempt');
  return found.id;
}

const TABLES = ['attempt', 'broadcast_attempt', 'proof_call'] as const;

async function firstOf(
  db: Kysely<Database>,
  tables: readonly (typeof TABLES)[number][],
  where: ReturnType<typeof sql>,
) {
  for (const table of tables) {
    const { rows } = await sql<{ id: string }>`select id from ${sql.table(table)} where ${where} limit 1`.execute(db);
    if (rows[0] !== undefined) return rows[0];
  }
  return undefined;
}

/** All ids that begin so lie between two: their index finds them. */
const idBegins = (digits: string) =>
  sql`id between ${digits.padEnd(32, '0')}::uuid and ${digits.padEnd(32, 'f')}::uuid`;

/** PostgreSQL stores neither NUL nor half a surrogate pair in a text. */
const cleaned = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

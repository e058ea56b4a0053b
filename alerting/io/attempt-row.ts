import type { Selectable } from 'kysely';
import type { Database } from '../../src/platform/database.ts';

/** Facts of an attempt that everybody may read. */
export const attemptFacts = (
  row: Pick<Selectable<Database['attempt']>, 'number' | 'contact_id' | 'level' | 'medium'>,
) => ({
  attempt: row.number,
  contactId: row.contact_id,
  level: row.level,
  medium: row.medium,
});

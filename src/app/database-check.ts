import { hasCode } from '../core/errors.ts';
import { openDatabase } from '../platform/database.ts';
import { expectMigrated } from '../platform/migrate.ts';
import { reachDatabase } from '../platform/reach-database.ts';

/**
 * What a process asks of its database before it works: a wrong password, no such database or another schema end it
 * with one line. One that is only away is told by `away`: it may come, and every process goes on without it.
 * With `anyway`, whatever keeps us from the database is told so.
 */
export async function checkDatabase(url: string, away: (line: string) => void, anyway = false): Promise<void> {
  await using database = openDatabase(url, { name: 'check', max: 1 });
  try {
    await reachDatabase(database.pool, { withinMs: 0 });
    await expectMigrated(database.pool);
  } catch (error) {
    if (!hasCode(error, 'database/away') || !(error.retryable || anyway)) throw error;
    away(error.message);
  }
}

import { applySite } from '../../src/app/site-config-store.ts';
import { hostClock } from '../../src/platform/clock.ts';
import type { TestDatabase } from './test-database.ts';
import { watchedSite } from './watched-site.ts';

/** Makes the YAML of a test's site the one in force. */
export async function apply({ db }: Pick<TestDatabase, 'db'>, site: Parameters<typeof watchedSite>[0]): Promise<void> {
  await applySite(db, { text: watchedSite(site), name: 'test', who: 'test', now: hostClock().now() });
}

/** How many readings are stored. */
export async function countReadings({ db }: Pick<TestDatabase, 'db'>): Promise<number> {
  const row = await db
    .selectFrom('reading')
    .select((eb) => eb.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** The level-change log as a story: `target from->to at`. */
export async function levelStory({ db }: Pick<TestDatabase, 'db'>): Promise<string[]> {
  const rows = await db.selectFrom('level_change').selectAll().orderBy('position').execute();
  return rows.map((row) => `${row.target} ${row.from_level}->${row.to_level} ${row.observed_at.toISOString()}`);
}

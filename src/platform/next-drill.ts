import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { DAY } from '../core/time.ts';
import type { Database } from './database.ts';

/**
 * When the last drill ended that was carried through: closed by a person, neither stopped nor overtaken. The next is due so many
 * days after it; at a site that never had one, after its first configuration. `plannedFor`: the first that is planned.
 */
export async function nextDrill(
  db: Kysely<Database>,
  siteId: string,
  everyDays: number,
): Promise<{ readonly lastAt: number | null; readonly dueAt: number; readonly plannedFor: number | null }> {
  const held = await db
    .selectFrom('callout')
    .select('ended_at')
    .where('site_id', '=', siteId)
    .where('drill', '=', true)
    .where('ended_at', 'is not', null)
    .where(sql<boolean>`state ->> 'drillEnded' is null and state ->> 'unreadable' is null`)
    .orderBy('ended_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const first = await db
    .selectFrom('site_config')
    .select(({ fn }) => fn.min('applied_at').as('at'))
    .where('site_id', '=', siteId)
    .executeTakeFirstOrThrow();
  const planned = await db
    .selectFrom('drill')
    .select(({ fn }) => fn.min('planned_for').as('at'))
    .where('site_id', '=', siteId)
    .where('state', '=', 'planned')
    .executeTakeFirst();
  const lastAt = held?.ended_at?.getTime() ?? null;
  // A minimum of no rows is none, whatever its column may hold.
  const plannedFor = (planned?.at as Date | null | undefined)?.getTime() ?? null;
  return { lastAt, dueAt: (lastAt ?? first.at.getTime()) + everyDays * DAY, plannedFor };
}

import type { Kysely } from 'kysely';
import type { Callout } from '../../../alerting/callout.ts';
import type { ArmingView } from '../../contract/arming.ts';
import { gravest } from '../../core/level.ts';
import { unarmed } from '../../platform/arming.ts';
import type { Database } from '../../platform/database.ts';

/** Why nobody is called, and what goes on calling when that is over: open callouts that owe somebody a call. */
export async function armingView(db: Kysely<Database>): Promise<ArmingView> {
  const owing = await db
    .selectFrom('callout')
    .select(['id', 'site_id', 'opened_at', 'due_at', 'state'])
    .where('ended_at', 'is', null)
    .where('due_at', 'is not', null)
    .where('drill', '=', false)
    .orderBy('opened_at')
    .execute();
  return {
    unarmed: await unarmed(db),
    callouts: owing.flatMap(({ id, site_id, opened_at, due_at, state }) =>
      due_at === null
        ? []
        : {
            calloutId: id,
            siteId: site_id,
            openedAt: opened_at.getTime(),
            level: unanswered(state as Partial<Callout>),
            dueAt: due_at.getTime(),
          },
    ),
  };
}

/** One of an older version may be written otherwise: it is shown all the same. */
const unanswered = ({ runs = [] }: Partial<Callout>): string =>
  gravest(runs.flatMap(({ answered, level }) => (answered === null ? [level] : [])));

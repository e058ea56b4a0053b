import type { Kysely, Selectable } from 'kysely';
import { instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Callout } from '../callout.ts';
import { referenceOf } from '../channels/standing-by.ts';
import type { Outcome } from '../callout-event.ts';
import type { DarkAttempt, Roster } from '../dark/roster.ts';
import type { CalloutPolicy, Medium, Words } from '../policy.ts';
import { withPresentPeople } from '../present-people.ts';

type AttemptRow = Selectable<Database['attempt']>;

/** What calls could be made from without the database, as of one moment. */
export const rosterOf = (db: Kysely<Database>, policies: readonly CalloutPolicy[]): Promise<Roster> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const open = tx
        .selectFrom('callout')
        .select(['id', 'site_id', 'policy', 'state'])
        .where('ended_at', 'is', null)
        .where('drill', '=', false);
      const callouts = new Map((await open.execute()).map((row) => [row.site_id, row]));
      const attempts = tx
        .selectFrom('attempt')
        .innerJoin('callout', 'callout.id', 'attempt.callout_id')
        .selectAll('attempt')
        .where('callout.ended_at', 'is', null)
        .where('callout.drill', '=', false)
        .where('attempt.status', '<>', 'ended')
        .orderBy('attempt.number');
      const byCallout = Map.groupBy(await attempts.execute(), ({ callout_id }) => callout_id);
      return policies.map((policy) => {
        const row = callouts.get(policy.siteId);
        if (row === undefined) return { siteId: policy.siteId, policy, callout: null };
        return {
          siteId: policy.siteId,
          // Both are written by the callout's book alone, as these types.
          policy: withPresentPeople(row.policy as CalloutPolicy, policy),
          callout: {
            id: row.id,
            state: row.state as Callout,
            attempts: (byCallout.get(row.id) ?? []).map(darkAttempt),
          },
        };
      });
    });

const darkAttempt = (row: AttemptRow): DarkAttempt => ({
  id: row.id,
  number: row.number,
  contactId: row.contact_id,
  medium: row.medium as Medium,
  phone: row.phone,
  level: row.level,
  code: row.code,
  say: row.say as Words,
  // Claimed: whether the carrier was asked is not known; asked again under its number, it rings nobody twice.
  status: row.status === 'claimed' ? 'queued' : (row.status as DarkAttempt['status']),
  reference:
    row.carrier_ref === null || row.carrier === null ? row.carrier_ref : referenceOf(row.carrier, row.carrier_ref),
  outcome: row.outcome as Outcome | null,
  createdAt: instant(row.created_at.getTime()),
  endedAt: row.ended_at === null ? null : instant(row.ended_at.getTime()),
});

import type { Kysely, Selectable } from 'kysely';
import { appendChanges } from '../../ingest/io/change-log.ts';
import { MemoryRenewed } from '../../ingest/io/commit-store.ts';
import type { CommitStore } from '../../ingest/io/commit-store.ts';
import { isDeterministic, pure } from '../../ingest/io/failure.ts';
import type { Verdict } from '../../ingest/io/judge-port.ts';
import type { Level } from '../core/level.ts';
import type { Clock, Instant } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';
import type { Judgement } from './judgement.ts';

interface LoweringPorts {
  /** On the connection of the store. */
  readonly db: Kysely<Database>;
  readonly store: CommitStore;
  readonly judge: Pick<Judgement, 'lower'>;
  readonly clock: Clock;
}

type Asked = Selectable<Database['level_lowering']>;

/**
 * Lowers levels that two people agreed on, one at a time, in a transaction under the lease as every other change of a
 * level: nothing falls between it and a reading. What rose since it was shown is not lowered.
 *
 * @returns does the next one; false when there is none.
 */
export function handLowering({ db, store, judge, clock }: LoweringPorts): () => Promise<boolean> {
  return async () => {
    const asked = await db
      .selectFrom('level_lowering')
      .selectAll()
      .where('done_at', 'is', null)
      .orderBy('requested_at')
      .limit(1)
      .executeTakeFirst();
    if (asked === undefined) return false;
    const now = clock.now();
    try {
      // Written by the desk, as a Level.
      const to = asked.to_level as Level;
      const verdict = pure(() => judge.lower({ target: asked.target, to, stateVersion: asked.state_version }, now));
      await store.begin();
      await keep(asked, verdict, now);
    } catch (error) {
      // Decided from what memory did not know of: it does now, and is asked again.
      if (error instanceof MemoryRenewed) return true;
      if (!isDeterministic(error)) throw error;
      // One request that can never be stored must not keep the judge from judging.
      await store.rollback();
      await finish(asked, 'failed', now);
    }
    return true;
  };

  async function keep(asked: Asked, verdict: Verdict | null, now: Instant): Promise<void> {
    for (const statement of verdict?.statements ?? []) await store.query(statement);
    const outcome = verdict === null ? 'overtaken' : 'lowered';
    await finish(asked, outcome, now);
    for (const statement of verdict === null ? [] : appendChanges(verdict, now)) await store.query(statement);
    const { proposal_id: proposalId, target, who, site_id: siteId } = asked;
    const change = verdict?.levelChanges[0];
    const facts = { proposalId, target, outcome, before: change?.from ?? null, after: change?.to ?? null };
    await recordAudit(db, { at: now, who, action: 'level/lower', siteId, facts });
    await store.commit();
    verdict?.adopt();
  }

  async function finish({ proposal_id }: Asked, outcome: string, now: Instant): Promise<void> {
    await db
      .updateTable('level_lowering')
      .set({ done_at: new Date(now), outcome })
      .where('proposal_id', '=', proposal_id)
      .execute();
  }
}

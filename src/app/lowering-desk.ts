import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { targetOf } from '../contract/site-facts.ts';
import { AppError } from '../core/errors.ts';
import { isGraver } from '../core/level.ts';
import type { Level } from '../core/level.ts';
import type { Person } from '../core/proposal.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { insertProposal } from './proposal-store.ts';
import type { Approved } from './proposal-store.ts';
import { loadSites } from './site-config-store.ts';

/** What is kept of a proposed lowering. */
interface ProposedLowering {
  readonly target: string;
  readonly from: Level;
  readonly to: Level;
  readonly stateVersion: number;
}

interface AskedLowering {
  readonly target: string;
  readonly to: Level;
  readonly reason: string;
}

interface LoweringDeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/**
 * Where a level is proposed to be lowered against what was measured: an instrument that was seen to be wrong, a reading that
 * somebody checked. Another person approves it; then the judge does it.
 */
export function loweringDesk({ db, clock }: LoweringDeskPorts) {
  return {
    /** Returns the proposal's id. @throws AppError `site/not-found`, `alarm/not-found`, `level/not-graver` */
    propose: (siteId: string, { target, to, reason }: AskedLowering, by: Person): Promise<string> =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const [site] = await loadSites(tx, [siteId]);
        if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
        const rule = site.config.rules.find(({ id }) => targetOf(siteId, id) === target);
        if (rule === undefined) throw new AppError('alarm/not-found', `the site has no target "${target}"`);
        const standing = await standingAt(tx, target);
        if (!isGraver(standing.from, to))
          throw new AppError(
            'level/not-graver',
            `"${target}" stands at ${standing.from}: that is not graver than ${to}`,
          );
        if (to !== 'normal' && rule.limits[to] === undefined)
          throw new AppError('level/not-graver', `"${target}" has no limit for ${to}`);
        const content: ProposedLowering = { target, to, ...standing };
        const { version: baseVersion } = site;
        const made = { siteId, kind: 'level/lower', subject: target, content, baseVersion, reason, by, now } as const;
        const { proposalId } = await insertProposal(tx, { ...made, acts: false });
        const facts = { proposalId, kind: made.kind, reason, ...content };
        await recordAudit(tx, { at: now, who: by.name, action: 'proposal/make', siteId, facts });
        return proposalId;
      }),
  };
}

async function standingAt(
  tx: Transaction<Database>,
  target: string,
): Promise<Pick<ProposedLowering, 'from' | 'stateVersion'>> {
  const row = await tx
    .selectFrom('level_state')
    .select(['level', 'state_version'])
    .where('target', '=', target)
    .executeTakeFirst();
  return { from: (row?.level ?? 'normal') as Level, stateVersion: row?.state_version ?? 0 };
}

/** Hands an approved lowering to the judge, unless the level has changed since it was shown. */
export async function carryOutLowering(
  tx: Transaction<Database>,
  { proposal, by, now }: Approved,
): Promise<'done' | 'overtaken'> {
  const { proposalId, siteId, proposedBy } = proposal;
  const { target, to, stateVersion } = proposal.content as ProposedLowering;
  if ((await standingAt(tx, target)).stateVersion !== stateVersion) return 'overtaken';
  await tx
    .insertInto('level_lowering')
    .values({
      proposal_id: proposalId,
      site_id: siteId,
      target,
      to_level: to,
      state_version: stateVersion,
      who: `${proposedBy.name}, approved by ${by.name}`,
      requested_at: new Date(now),
    })
    .execute();
  await sql`notify level_lowering`.execute(tx);
  return 'done';
}

import type { Kysely, Transaction } from 'kysely';
import { budgetFaults } from '../../alerting/budget/plan.ts';
import type { BudgetFault, PlannedCarrier } from '../../alerting/budget/plan.ts';
import { rosterVersion } from '../../alerting/io/roster-book.ts';
import type { RosterVersion } from '../../alerting/io/roster-book.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import type { ReviewView } from '../contract/proposals.ts';
import { isSameChange, shown, siteChanges, PHONES } from '../contract/review/site-changes.ts';
import type { Change } from '../contract/review/site-changes.ts';
import { reviewOf } from '../contract/review/site-review.ts';
import type { SiteReview } from '../contract/review/site-review.ts';
import { SiteConfig } from '../contract/site-config.ts';
import { AppError } from '../core/errors.ts';
import type { Person } from '../core/proposal.ts';
import type { Instant } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { insertProposal } from './proposal-store.ts';
import type { Approved, StoredProposal } from './proposal-store.ts';
import { candidateOf, exportSite, putInForce } from './site-config-store.ts';
import type { Applied, Candidate } from './site-config-store.ts';
import { parseSiteFile } from './site-file.ts';
import { policyOf } from './site-model.ts';

type Tx = Transaction<Database>;

/** What is kept of a proposed configuration. The text holds telephone numbers: only its changes are shown. */
interface ProposedSite extends ReviewView {
  readonly text: string;
}

interface Submission {
  readonly text: string;
  /** How the text is called in faults. */
  readonly name: string;
  readonly by: Person;
  /** Why; must be there where anything is loosened or tightened. */
  readonly reason: string | null;
  /** Does what needs a second person, and asks for it afterwards: for who owns the machine and is alone on it. */
  readonly alone?: boolean;
  /** The site that it must be of. */
  readonly siteId?: string;
}

/** What became of a text. */
export interface Submitted {
  readonly siteId: string;
  readonly review: ReviewView;
  /** What is in force now because of it; null: nothing is, all of it waits. */
  readonly applied: Applied | null;
  /** What another person has to look at; null: nothing. */
  readonly proposal: Pick<StoredProposal, 'proposalId' | 'expiresAt'> | null;
  /** What its ladders ask of the carriers that they do not let through. */
  readonly budget: readonly BudgetFault[];
}

interface SiteDeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** Against whose limits ladders are planned; none: they are not. */
  readonly carriers?: readonly PlannedCarrier[];
}

/**
 * Where people change a site. A new one, and what is neutral, is applied. What only tightens is applied and then waits for
 * somebody else to look at it. As soon as anything is loosened nothing is applied: all of it waits for an approval.
 */
export function siteDesk({ db, clock, carriers = [] }: SiteDeskPorts) {
  const inTurn = async <T>(
    asked: Pick<Submission, 'text' | 'name' | 'siteId'>,
    work: (looked: Looked) => Promise<T>,
  ): Promise<T> => {
    const file = parseSiteFile(asked.text, asked.name);
    if (asked.siteId !== undefined && file.config.site !== asked.siteId)
      throw file.reject([{ path: ['site'], message: `must be ${asked.siteId}` }]);
    return db.transaction().execute(async (tx) => {
      const now = await clock.read(tx);
      const candidate = await candidateOf(tx, file, now);
      return work({ tx, now, candidate, review: reviewOfCandidate(candidate) });
    });
  };
  return {
    export: (siteId: string): Promise<string> => exportSite(db, siteId),
    /** What the text would change, and what that would need. Changes nothing. */
    look: (asked: Pick<Submission, 'text' | 'name' | 'siteId'>): Promise<ReviewView> =>
      inTurn(asked, async ({ review }) => shownReview(review)),
    /** @throws AppError `config/invalid` listing every fault with its line, `request/reason-missing` */
    submit: async (asked: Submission): Promise<Submitted> => {
      const { now, config, roster, ...done } = await inTurn(asked, async (looked) => ({
        ...(await submit(asked, looked)),
        now: looked.now,
        config: looked.candidate.config,
        roster: await rosterVersion(looked.tx, looked.candidate.siteId),
      }));
      // Of a whole day of every ladder: not while others wait for the site.
      return {
        ...done,
        budget: carriers.length === 0 ? [] : budgetFaults(plannedPolicy(config, roster), carriers, now),
      };
    },
  };
}

interface Looked {
  readonly tx: Tx;
  readonly now: Instant;
  readonly candidate: Candidate;
  readonly review: SiteReview;
}

/** As it will be called by; its sensors need no numbers of their own for that. */
const plannedPolicy = (config: SiteConfig, { version, content }: RosterVersion): CalloutPolicy => ({
  ...policyOf({
    siteId: config.site,
    version: 0,
    config,
    sensorIds: new Map(config.sensors.map(({ code }, i) => [code, i])),
  }),
  ...(version > 0 && { roster: content }),
});

const NOTHING: SiteReview = { loosening: [], tightening: [], neutral: [] };

function reviewOfCandidate({ present, config }: Candidate): SiteReview {
  return present === null ? NOTHING : reviewOf(asWritten(present.config), config);
}

/** A configuration that an older program stored, with the values that this one takes for what is left out. */
function asWritten(stored: SiteConfig): SiteConfig {
  const parsed = SiteConfig.safeParse(stored);
  return parsed.success ? parsed.data : stored;
}

async function submit(
  { text, by, reason, alone = false }: Submission,
  looked: Looked,
): Promise<Omit<Submitted, 'budget'>> {
  const { tx, now, candidate, review } = looked;
  const { siteId, present } = candidate;
  const kind = review.loosening.length > 0 ? 'site/loosen' : 'site/tighten';
  const told = shownReview(review);
  if (review.loosening.length + review.tightening.length === 0 && !review.neutral.some(isNumber)) {
    const applied = await putInForce(tx, candidate, { who: by.name, now, why: reason === null ? {} : { reason } });
    return { siteId, review: told, applied, proposal: null };
  }
  if (reason === null) throw new AppError('proposal/reason-missing', 'say why: somebody else has to look at it');
  const acts = alone || kind === 'site/tighten';
  const content: ProposedSite = { text, ...told };
  const baseVersion = present?.version ?? null;
  const proposal = await insertProposal(tx, {
    siteId,
    kind,
    subject: siteId,
    content,
    baseVersion,
    reason,
    by,
    now,
    acts,
  });
  const { proposalId, expiresAt } = proposal;
  const applied = acts ? await putInForce(tx, candidate, { who: by.name, now, why: { reason, proposalId } }) : null;
  await recordAudit(tx, {
    at: now,
    who: by.name,
    action: alone && kind === 'site/loosen' ? 'site/alone' : 'proposal/make',
    siteId,
    facts: { proposalId, kind, reason, acted: acts, baseVersion, ...told },
  });
  return { siteId, review: told, applied, proposal: { proposalId, expiresAt } };
}

/** Whose phone rings decides who answers: a wrong number is right again at once, and somebody else looks at whose it is. */
const isNumber = ({ keys, before, after }: Change): boolean =>
  PHONES.has(keys.at(-1) ?? '') && before !== null && after !== null;

const shownReview = ({ loosening, tightening, neutral }: SiteReview): ReviewView => ({
  loosening: loosening.map(shown),
  tightening: tightening.map(shown),
  neutral: neutral.map(shown),
});

/**
 * Applies a proposed configuration as somebody else approved it. What changed meanwhile must leave it doing nothing that
 * was not shown: part of it may be in force already, and nothing that came since may be taken back by it.
 */
export async function carryOutSite(tx: Tx, { proposal, by, now }: Approved): Promise<'done' | 'overtaken'> {
  const { text } = proposal.content as ProposedSite;
  const candidate = await candidateOf(tx, parseSiteFile(text, proposal.siteId), now);
  const base = await tx
    .selectFrom('site_config')
    .select('content')
    .where('site_id', '=', proposal.siteId)
    .where('version', '=', proposal.baseVersion)
    .executeTakeFirst();
  if (base === undefined || candidate.present === null) return 'overtaken';
  const wasShown = siteChanges(asWritten(base.content as SiteConfig), candidate.config);
  const wouldBe = siteChanges(asWritten(candidate.present.config), candidate.config);
  if (!wouldBe.every((change) => wasShown.some((each) => isSameChange(each, change)))) return 'overtaken';
  const who = `${proposal.proposedBy.name}, approved by ${by.name}`;
  await putInForce(tx, candidate, { who, now, why: { reason: proposal.reason, proposalId: proposal.proposalId } });
  return 'done';
}

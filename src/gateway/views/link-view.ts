import type { Kysely } from 'kysely';
import type { Callout } from '../../../alerting/callout.ts';
import type { CalloutPolicy, Words } from '../../../alerting/policy.ts';
import { SAID } from '../../contract/answer-link.ts';
import type { LinkView } from '../../contract/answer-link.ts';
import { AppError } from '../../core/errors.ts';
import type { WarningLevel } from '../../core/level.ts';
import { HOUR, elapsedMs, instant } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** A link in an old message is good for nothing. */
const LASTS_MS = 24 * HOUR;

/** A message that a link belongs to, and what it concerns. */
export interface LinkedMessage {
  readonly siteId: string;
  readonly calloutId: string;
  readonly contactId: string;
  readonly view: LinkView;
}

/** What the link of a message shows now. Looking changes nothing. Throws `link/over` when it is older than a day, `attempt/not-found`. */
export async function linkedMessage(db: Kysely<Database>, attemptId: string, now: Instant): Promise<LinkedMessage> {
  const row = await db
    .selectFrom('attempt')
    .innerJoin('callout', 'callout.id', 'attempt.callout_id')
    .select(['attempt.number', 'attempt.contact_id', 'attempt.level', 'attempt.created_at', 'attempt.outcome'])
    .select(['attempt.say', 'callout.id as callout_id', 'callout.site_id', 'callout.policy', 'callout.state'])
    .where('attempt.id', '=', attemptId)
    .where('attempt.medium', 'in', ['sms', 'mail'])
    .executeTakeFirst();
  if (row === undefined) throw new AppError('attempt/not-found', 'there is no such message');
  if (elapsedMs(instant(row.created_at.getTime()), now) > LASTS_MS)
    throw new AppError('link/over', 'this link is more than a day old');
  // Written by alerting, as these types, and by nobody else.
  const policy = row.policy as CalloutPolicy;
  const state = row.state as Callout;
  const person = policy.contacts.find(({ id }) => id === row.contact_id)?.name ?? policy.siteName;
  return {
    siteId: row.site_id,
    calloutId: row.callout_id,
    contactId: row.contact_id,
    view: {
      site: policy.siteName,
      timeZone: policy.timeZone,
      person,
      level: row.level as WarningLevel,
      sentAt: row.created_at.getTime(),
      text: row.say as Words,
      state: stateOf(state, row),
      ...saidIn(state, row),
    },
  };
}

function stateOf(
  { phase, attempts }: Callout,
  { number, outcome }: { readonly number: number; readonly outcome: string | null },
): LinkView['state'] {
  const attempt = attempts.find((each) => each.number === number);
  if (attempt?.confirmed === true || outcome === 'replied') return 'answered';
  return phase === 'calling' ? 'open' : 'over';
}

function saidIn(
  { phase, attempts, orders = [], runs }: Callout,
  { number, contact_id }: { readonly number: number; readonly contact_id: string },
): Pick<LinkView, 'said' | 'isAsked'> {
  const attempt = attempts.find((each) => each.number === number);
  const isAsked = phase !== 'released' && attempt?.menu !== undefined && attempt.menu !== 'over';
  const given = SAID.filter((what) => orders.some(({ kind, attempt: by }) => by === number && kind === what));
  const isWithdrawn = runs.some(
    ({ answered, withdrawn }) => withdrawn !== undefined && answered?.contactId === contact_id,
  );
  return { isAsked, said: isWithdrawn && !isAsked ? [...given, 'declined'] : given };
}

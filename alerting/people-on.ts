import type { Instant } from '../src/core/time.ts';
import { contactOf } from './ladder.ts';
import { lineFrom } from './phones.ts';
import { withDuty } from './present-roster.ts';
import type { CalloutPolicy, Contact, Rung, Who } from './policy.ts';

interface When {
  readonly policy: CalloutPolicy;
  readonly at: Instant;
}

/**
 * The people a rung means at an instant, each once, in the order in which it names them. Who is not on record, or has no
 * number that may be called, is none: a rung without people is empty.
 */
export function peopleOn(when: When, { who }: Pick<Rung, 'who'>): readonly Contact[] {
  const meant = who.flatMap((one) => meantBy(when, one));
  return [...new Set(meant)].filter((contact) => lineFrom(when.policy, contact) !== undefined);
}

function meantBy({ policy, at }: When, who: Who): readonly Contact[] {
  if ('duty' in who) return withDuty(policy, who.duty, at);
  if ('contactId' in who) return known(policy, [who.contactId]);
  return known(policy, policy.groups?.find(({ id }) => id === who.group)?.members ?? []);
}

const known = (policy: CalloutPolicy, ids: readonly string[]): readonly Contact[] =>
  ids.flatMap((id) => contactOf(policy, id) ?? []);

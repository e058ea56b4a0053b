import { MINUTE } from '../src/core/time.ts';
import { RED_DUTIES } from './ladder.ts';
import type { Lead } from './news.ts';
import type { CalloutPolicy } from './policy.ts';

/**
 * The mine's principal and the deputy on record, called before the ladder of the level: what the weather bureau warns of is
 * theirs to decide about (notice 001). `undefined`: the site has neither on record.
 */
export function principalFirst({ contacts }: CalloutPolicy): Lead | undefined {
  const duties = RED_DUTIES.filter((duty) => contacts.some((contact) => contact.duty === duty));
  if (duties.length === 0) return undefined;
  const first = {
    who: duties.map((duty) => ({ duty })),
    media: ['voice'],
    everyone: false,
    answerWithinMs: MINUTE,
    attempts: 1,
    attemptEveryMs: MINUTE,
  } as const;
  return { first, answeredBy: duties };
}

import type { AttemptView } from '../../../src/contract/http.ts';
import { knownKey, sayName } from '../words/say.ts';
import type { Say } from '../words/say.ts';

type Told = Pick<AttemptView, 'outcome' | 'status'> & { readonly medium: string | undefined };

/** What the phone of an attempt did, or is doing, in words. A text message is neither dialled nor hung up: where it differs it has words of its own. */
export function attemptText(say: Say, { medium, outcome, status }: Told): string {
  const isMessage = medium === 'sms' || medium === 'mail';
  if (outcome !== null) {
    const key = isMessage ? knownKey('attemptOutcome.sms', outcome) : undefined;
    return key === undefined ? sayName(say, 'attemptOutcome', outcome) : say(key);
  }
  const key = isMessage ? knownKey('attemptStatus.sms', status) : undefined;
  return key === undefined ? sayName(say, 'attemptStatus', status) : say(key);
}

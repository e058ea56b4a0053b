import type { AttemptView } from '../../../src/contract/http.ts';
import { sayName } from '../words/say.ts';
import type { Say } from '../words/say.ts';

/** What the phone of an attempt did, or is doing, in words. */
export const attemptText = (say: Say, { outcome, status }: AttemptView): string =>
  outcome === null ? sayName(say, 'attemptStatus', status) : sayName(say, 'attemptOutcome', outcome);

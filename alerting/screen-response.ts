import { gravest } from '../src/core/level.ts';
import { answeredOnScreen } from './answer.ts';
import type { Happening } from './callout-event.ts';
import type { Change, Moment } from './change.ts';
import { levelOf, ordered } from './response.ts';

/**
 * Somebody enters on the page what is done: that answers for whoever sits there. On the word of another it is a response
 * only to what that other has answered himself.
 */
export function respondedOnScreen(
  moment: Moment,
  change: Change,
  { by, screen, issuer, order }: Extract<Happening, { type: 'responded' }>,
): Change {
  if (change.callout.runs.length === 0) return change;
  const answered = answeredOnScreen(moment, change, screen);
  const asked = gravest(
    answered.callout.answers.filter(({ contactId }) => contactId === issuer).map((answer) => answer.asked),
  );
  return ordered(moment, answered, {
    contactId: issuer,
    enteredBy: by,
    medium: 'screen',
    attempt: null,
    level: levelOf(moment, answered.callout, issuer, asked),
    asked: order,
  });
}

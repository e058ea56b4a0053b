import { plus } from '../src/core/time.ts';
import type { Attempt } from './callout.ts';
import type { Said } from './callout-event.ts';
import { factsOf, patchAttempt, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { isPressed } from './code.ts';
import { ladderOf } from './ladder.ts';
import { levelOf, ordered } from './response.ts';
import { withdrawn } from './unanswered-again.ts';

/** What a key says after the answer; 3, evacuate, is asked twice. */
export const MEANING: Readonly<Record<string, Said>> = {
  1: 'respond',
  2: 'stop-work',
  3: 'evacuate',
  8: 'declined',
  9: 'wrong-person',
};

/**
 * A key after the answer. Each one says one thing, however often it comes; the answer itself is lost by none.
 *
 *     asked --3--> evacuate-once --3--> over (evacuate)
 *       ^  --1, 2--> asked (responds, work is stopped)  --8, 9--> over (cannot; somebody else)
 *       +------ any other key --------+
 */
export function keyPressed(moment: Moment, change: Change, attempt: Attempt, digit: string): Change {
  const { number, menu = 'over' } = attempt;
  if (menu === 'over' || isPressed(digit, attempt.code)) return change;
  const key = digit.normalize('NFKC').trim();
  const told = tell(change, 'key', { ...factsOf(attempt), key });
  const what = MEANING[key];
  if (what === 'evacuate' && menu === 'asked') return patchAttempt(told, number, { menu: 'evacuate-once' });
  const asked = patchAttempt(told, number, { menu: 'asked' });
  return what === undefined ? asked : said(moment, asked, attempt, what);
}

/** What somebody says after he has answered, by whatever way. Without his answer it counts for nothing. */
export function said(moment: Moment, change: Change, attempt: Attempt, what: Said): Change {
  const { number, contactId, medium, level: asked, confirmed, menu = 'over' } = attempt;
  if (!confirmed || menu === 'over') return change;
  const over = patchAttempt(change, number, { menu: 'over' });
  if (what === 'declined' || what === 'wrong-person') return withdrawn(moment, over, what, contactId, attempt);
  const level = levelOf(moment, change.callout, contactId, asked);
  const within = what === 'respond' ? undefined : ladderOf(moment.policy, level ?? asked)?.reportWithinMs;
  return ordered(moment, what === 'evacuate' ? over : change, {
    contactId,
    enteredBy: null,
    medium,
    attempt: number,
    level,
    asked: {
      kind: what,
      scope: '',
      route: null,
      dueAt: within === undefined ? null : plus(moment.at, within),
      expected: null,
    },
  });
}

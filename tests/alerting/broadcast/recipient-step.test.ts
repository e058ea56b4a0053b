import { describe, expect, it } from 'vitest';
import { untold } from '../../../alerting/broadcast/recipient.ts';
import type { BroadcastPlan, Recipient, RecipientEvent } from '../../../alerting/broadcast/recipient.ts';
import { stepRecipient } from '../../../alerting/broadcast/recipient-step.ts';
import { MINUTE, SECOND, instant, plus } from '../../../src/core/time.ts';

const PLAN: BroadcastPlan = {
  rounds: 2,
  repeatMs: MINUTE,
  doorAfterMs: 5 * MINUTE,
  arrivedAfterMs: 15 * MINUTE,
  silentCallMs: 2 * MINUTE,
};
const START = instant(Date.UTC(2026, 6, 1));

type Cause = RecipientEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;
/** Minutes since the order, what happens, what is done because of it, and where the person stands then. */
type Line = readonly [minute: number, cause: Cause, done: string, standing: string];

const missed = (number: number): Cause => ({ type: 'missed', try: number, why: 'no-answer' });
const key = (number: number, word: 'safe' | 'en-route' | 'refused' | null): Cause => ({
  type: 'key',
  try: number,
  word,
});

const stories: Record<string, { readonly phones: number; readonly lines: readonly Line[] }> = {
  'every number is texted at once, and the first one called': {
    phones: 2,
    lines: [[0, { type: 'ordered' }, 'text 1 to 0, text 2 to 1, call 1 to 0', 'at-risk']],
  },
  'a person without a telephone needs somebody at the door at once': {
    phones: 0,
    lines: [[0, { type: 'ordered' }, '', 'unreachable']],
  },
  'the next number is called at once, the first again after a pause, until the rounds are over': {
    phones: 2,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, text 2 to 1, call 1 to 0', 'at-risk'],
      [1, missed(1), 'close 1 no-answer, call 2 to 1', 'at-risk'],
      [2, missed(2), 'close 2 no-answer', 'at-risk'],
      [2.9, { type: 'time-passed' }, '', 'at-risk'],
      [3, { type: 'time-passed' }, 'call 3 to 0', 'at-risk'],
      [3.5, missed(3), 'close 3 no-answer, call 4 to 1', 'at-risk'],
      [4, missed(4), 'close 4 no-answer', 'unreachable'],
      [60, { type: 'time-passed' }, '', 'unreachable'],
    ],
  },
  'without a word in time somebody has to go, and the calls go on': {
    phones: 1,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, call 1 to 0', 'at-risk'],
      [4.5, missed(1), 'close 1 no-answer', 'at-risk'],
      [5, { type: 'time-passed' }, '', 'unreachable'],
      [5.5, { type: 'time-passed' }, 'call 2 to 0', 'unreachable'],
      [6, key(2, 'safe'), 'close 2 safe', 'safe'],
    ],
  },
  'whoever is on the way is asked again, and needs somebody when he does not say that he arrived': {
    phones: 1,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, call 1 to 0', 'at-risk'],
      [1, key(1, 'en-route'), 'close 1 en-route', 'en-route'],
      [15.9, { type: 'time-passed' }, '', 'en-route'],
      [16, { type: 'time-passed' }, 'call 2 to 0', 'en-route'],
      [17, missed(2), 'close 2 no-answer', 'en-route'],
      [18, { type: 'time-passed' }, 'call 3 to 0', 'en-route'],
      [19, missed(3), 'close 3 no-answer', 'unreachable'],
    ],
  },
  'a message ends the call that rings': {
    phones: 1,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, call 1 to 0', 'at-risk'],
      [1, { type: 'replied', word: 'safe' }, 'cancel 1', 'safe'],
      [2, missed(1), '', 'safe'],
      [99, { type: 'time-passed' }, '', 'safe'],
    ],
  },
  'a key in an earlier call counts, however late': {
    phones: 2,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, text 2 to 1, call 1 to 0', 'at-risk'],
      [1, missed(1), 'close 1 no-answer, call 2 to 1', 'at-risk'],
      [1.1, key(1, 'refused'), 'cancel 2, close 1 refused', 'refused'],
      [99, { type: 'time-passed' }, '', 'refused'],
    ],
  },
  'three keys that mean nothing end the call, which is made again': {
    phones: 1,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, call 1 to 0', 'at-risk'],
      [0.1, key(1, null), '', 'at-risk'],
      [0.2, key(1, null), '', 'at-risk'],
      [0.3, key(1, null), 'close 1 wrong-keys', 'at-risk'],
      [1.3, { type: 'time-passed' }, 'call 2 to 0', 'at-risk'],
    ],
  },
  'a call of which nothing is heard is hung up, and the next number called': {
    phones: 2,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, text 2 to 1, call 1 to 0', 'at-risk'],
      [1, { type: 'handed-over', try: 1 }, '', 'at-risk'],
      [2.9, { type: 'time-passed' }, '', 'at-risk'],
      [3, { type: 'time-passed' }, 'cancel 1, call 2 to 1', 'at-risk'],
    ],
  },
  'while somebody goes to the door the telephone may still bring the word': {
    phones: 1,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, call 1 to 0', 'at-risk'],
      [1, { type: 'marked', standing: 'door-check' }, '', 'door-check'],
      [2, missed(1), 'close 1 no-answer', 'door-check'],
      [3, { type: 'time-passed' }, 'call 2 to 0', 'door-check'],
      [4, missed(2), 'close 2 no-answer', 'door-check'],
      [9, { type: 'marked', standing: 'safe' }, '', 'safe'],
    ],
  },
  'marked by hand as safe, nobody calls him any more; taken back, he is told anew': {
    phones: 1,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, call 1 to 0', 'at-risk'],
      [1, { type: 'marked', standing: 'safe' }, 'cancel 1', 'safe'],
      [2, { type: 'marked', standing: 'at-risk' }, 'text 2 to 0, call 2 to 0', 'at-risk'],
    ],
  },
  'a new way is told to everybody but those who are safe': {
    phones: 1,
    lines: [
      [0, { type: 'ordered' }, 'text 1 to 0, call 1 to 0', 'at-risk'],
      [1, key(1, 'en-route'), 'close 1 en-route', 'en-route'],
      [2, { type: 'ordered' }, 'text 2 to 0, call 2 to 0', 'en-route'],
      [3, key(2, 'safe'), 'close 2 safe', 'safe'],
      [4, { type: 'ordered' }, '', 'safe'],
    ],
  },
};

describe('a recipient of an evacuation broadcast', () => {
  it.each(Object.entries(stories))('%s', (_name, { phones, lines }) => {
    let state: Recipient = untold(phones);
    for (const [minute, cause, done, standing] of lines) {
      const event = { ...cause, at: plus(START, Math.round(minute * 60) * SECOND) } as RecipientEvent;
      const { next, effects } = stepRecipient(PLAN, state, event);
      state = next;
      const spoken = effects.map((effect) => {
        if (effect.type === 'cancel') return `cancel ${String(effect.try)}`;
        if (effect.type === 'close') return `close ${String(effect.try)} ${effect.outcome}`;
        return `${effect.type} ${String(effect.try)} to ${String(effect.phone)}`;
      });
      expect([minute, spoken.join(', '), state.standing]).toEqual([minute, done, standing]);
    }
  });
});

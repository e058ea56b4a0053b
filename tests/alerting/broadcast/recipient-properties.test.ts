import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dueOf, untold } from '../../../alerting/broadcast/recipient.ts';
import type { BroadcastPlan, Recipient, RecipientEvent } from '../../../alerting/broadcast/recipient.ts';
import { stepRecipient } from '../../../alerting/broadcast/recipient-step.ts';
import { STANDINGS, allAccounted, headCounts, needsDoor } from '../../../src/core/evacuation.ts';
import { HOUR, MINUTE, SECOND, instant, plus } from '../../../src/core/time.ts';

const number = fc.integer({ min: 1, max: 6 });
const word = fc.constantFrom('safe', 'en-route', 'refused', null);
const cause = fc.oneof(
  fc.constant({ type: 'time-passed' } as const),
  fc.constant({ type: 'ordered' } as const),
  number.map((n) => ({ type: 'handed-over', try: n }) as const),
  number.map((n) => ({ type: 'missed', try: n, why: 'no-answer' }) as const),
  fc.tuple(number, word).map(([n, said]) => ({ type: 'key', try: n, word: said }) as const),
  fc.constantFrom('safe', 'en-route', 'refused').map((said) => ({ type: 'replied', word: said }) as const),
  fc.constantFrom(...STANDINGS).map((standing) => ({ type: 'marked', standing }) as const),
);
const plan = fc.record<BroadcastPlan>({
  rounds: fc.integer({ min: 1, max: 4 }),
  repeatMs: fc.integer({ min: 1, max: 10 * MINUTE }),
  doorAfterMs: fc.integer({ min: 1, max: HOUR }),
  arrivedAfterMs: fc.integer({ min: 1, max: HOUR }),
  silentCallMs: fc.integer({ min: 1, max: 10 * MINUTE }),
});
const history = fc.array(fc.tuple(cause, fc.nat({ max: 20 * MINUTE })), { maxLength: 40 });

/** Runs a history; `look` sees each step. */
function run(
  rules: BroadcastPlan,
  phones: number,
  events: readonly (readonly [Omit<RecipientEvent, 'at'>, number])[],
  look: (stepped: ReturnType<typeof stepRecipient>, before: Recipient) => void,
): Recipient {
  let at = instant(Date.UTC(2026, 6, 1));
  let state: Recipient = untold(phones);
  for (const [event, gapMs] of [[{ type: 'ordered' }, 0] as const, ...events]) {
    at = plus(at, gapMs);
    const stepped = stepRecipient(rules, state, { ...event, at } as RecipientEvent);
    look(stepped, state);
    state = stepped.next;
  }
  return state;
}

it('nobody who is not safe is forgotten: a call is under way, something is due, or somebody has to go to the door', () => {
  fc.assert(
    fc.property(plan, fc.nat({ max: 3 }), history, (rules, phones, events) => {
      run(rules, phones, events, ({ next }) => {
        if (next.standing === 'safe' || needsDoor(next.standing)) return;
        expect(next.line !== null || dueOf(next) !== null).toBe(true);
        // A call that the carrier never takes keeps nobody from the door who has given no word.
        if (next.standing === 'at-risk') expect(next.doorAt).not.toBeNull();
      });
    }),
  );
});

it('no call and no message is made twice, and two calls are never under way to one person', () => {
  fc.assert(
    fc.property(plan, fc.nat({ max: 3 }), history, (rules, phones, events) => {
      const made = new Set<string>();
      const open = new Set<number>();
      run(rules, phones, events, ({ effects }) => {
        for (const effect of effects) {
          if (effect.type === 'cancel' || effect.type === 'close') {
            open.delete(effect.try);
            continue;
          }
          expect(made.has(`${effect.type} ${String(effect.try)}`)).toBe(false);
          made.add(`${effect.type} ${String(effect.try)}`);
          if (effect.type === 'call') open.add(effect.try);
        }
        expect(open.size).toBeLessThanOrEqual(1);
      });
    }),
  );
});

it('whoever gives no word is called as often as the plan says, and then somebody has to go to the door', () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 1, max: 3 }), (rules, phones) => {
      let at = instant(0);
      let stepped = stepRecipient(rules, untold(phones), { type: 'ordered', at });
      let calls = 0;
      for (let i = 0; i < 200; i++) {
        calls += stepped.effects.filter(({ type }) => type === 'call').length;
        const { next } = stepped;
        const due = dueOf(next);
        if (next.line === null && due === null) break;
        at = next.line === null ? (due ?? at) : plus(at, SECOND);
        const event: RecipientEvent =
          next.line === null ? { type: 'time-passed', at } : { type: 'missed', try: next.line.try, why: 'busy', at };
        stepped = stepRecipient(rules, next, event);
      }
      expect([calls, stepped.next.standing]).toEqual([rules.rounds * phones, 'unreachable']);
    }),
  );
});

it('after the word "safe" nobody is called, whatever is told late', () => {
  const late = fc.array(
    fc.oneof(
      fc.constant({ type: 'time-passed' } as const),
      number.map((n) => ({ type: 'missed', try: n, why: 'hung-up' }) as const),
      number.map((n) => ({ type: 'handed-over', try: n }) as const),
      number.map((n) => ({ type: 'key', try: n, word: 'safe' }) as const),
      fc.constant({ type: 'ordered' } as const),
    ),
  );
  fc.assert(
    fc.property(plan, history, late, (rules, events, after) => {
      let state = run(rules, 2, [...events, [{ type: 'replied', word: 'safe' } as never, 1]], () => {});
      for (const [i, event] of after.entries()) {
        const at = instant(Date.UTC(2027, 0, 1) + i * HOUR);
        const { next, effects } = stepRecipient(rules, state, { ...event, at });
        expect(effects.filter(({ type }) => type === 'call' || type === 'text')).toEqual([]);
        state = next;
      }
      expect(state.standing).toBe('safe');
    }),
  );
});

it('the head-counts add up, in persons as in numbers, and all are accounted for only when all are safe', () => {
  const people = fc.array(
    fc.record({ standing: fc.constantFrom(...STANDINGS), persons: fc.integer({ min: 1, max: 9 }) }),
  );
  fc.assert(
    fc.property(people, (list) => {
      const counts = headCounts(list);
      const sum = (key: 'persons' | 'recipients') => STANDINGS.reduce((total, one) => total + counts[one][key], 0);
      expect(counts.all).toEqual({ recipients: list.length, persons: list.reduce((n, { persons }) => n + persons, 0) });
      expect(sum('persons')).toBe(counts.all.persons);
      expect(sum('recipients')).toBe(counts.all.recipients);
      expect(allAccounted(counts)).toBe(list.length > 0 && list.every(({ standing }) => standing === 'safe'));
    }),
  );
});

import type { Instant } from '../../src/core/time.ts';
import type { Callout } from '../callout.ts';
import type { Effect, Happening } from '../callout-event.ts';
import { step } from '../callout-step.ts';
import type { Transition } from '../callout-step.ts';
import { attemptText } from '../message.ts';
import type { CalloutPolicy } from '../policy.ts';

/**
 * Takes several happenings in as one: whoever is called because of them is told of all of them, so that one answer
 * settles all.
 */
export function stepAll(
  policy: CalloutPolicy,
  before: Callout | null,
  happenings: readonly Happening[],
  { at, seed }: { readonly at: Instant; readonly seed: number },
): Transition {
  const all = happenings.reduce<Transition>(
    (done, happening) => {
      const { next, effects, notes } = step(policy, done.next, { ...happening, at, seed });
      return { next, effects: [...done.effects, ...effects], notes: [...done.notes, ...notes] };
    },
    { next: before, effects: [], notes: [] },
  );
  return all.next === null ? all : { ...all, ...retold(policy, all.next, all.effects) };
}

/** What was not spoken yet tells everything. */
function retold(policy: CalloutPolicy, callout: Callout, effects: readonly Effect[]) {
  const fresh = new Set(effects.flatMap((effect) => (effect.type === 'contact' ? [effect.attempt] : [])));
  const attempts = callout.attempts.map((attempt) =>
    fresh.has(attempt.number) ? { ...attempt, told: callout.news.length } : attempt,
  );
  const next = { ...callout, attempts };
  const said = effects.map((effect) => {
    const attempt = attempts.find(({ number }) => effect.type === 'contact' && number === effect.attempt);
    return effect.type !== 'contact' || attempt === undefined
      ? effect
      : { ...effect, say: attemptText(policy, next, attempt) };
  });
  return { next, effects: said };
}

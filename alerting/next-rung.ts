import type { Run } from './callout.ts';
import type { Moment } from './change.ts';
import { maySettle } from './ladder.ts';
import { peopleOn } from './people-on.ts';
import { lineFrom } from './phones.ts';
import type { Rung, Who } from './policy.ts';
import { rungOf } from './rung.ts';
import { dutiesOf } from './present-roster.ts';

interface Next {
  readonly rung: Rung;
  /** How many rungs have been tried then. */
  readonly tried: number;
  /** Ids of whom it means now. */
  readonly people: readonly string[];
  /** Rungs that were stepped over, in the first round: nobody stands on them. */
  readonly gaps: readonly { readonly rung: number; readonly who: readonly Who[] }[];
}

/**
 * The next rung of a run with somebody on it; an empty one is stepped over at once. Where all are empty everybody is
 * called who may settle the level, or else everybody: a roster with a hole in it must not keep a callout silent.
 */
export function nextRung(moment: Moment, run: Run): Next {
  const { without = [] } = run;
  const gaps: { rung: number; who: readonly Who[] }[] = [];
  for (let i = 0; i < run.rungs.length; i++) {
    const tried = run.tried + i;
    const index = tried % run.rungs.length;
    const rung = rungOf(run.rungs[index] ?? run.rungs[0]);
    const people = peopleOn(moment, rung).flatMap(({ id }) => (without.includes(id) ? [] : [id]));
    if (people.length > 0) return { rung, tried: tried + 1, people, gaps };
    if (tried < run.rungs.length) gaps.push({ rung: index, who: rung.who });
  }
  const rung = rungOf(run.rungs[run.tried % run.rungs.length] ?? run.rungs[0]);
  return { rung, tried: run.tried + 1, people: anybody(moment, run), gaps };
}

function anybody({ policy }: Moment, run: Run): readonly string[] {
  const reachable = policy.contacts.filter((contact) => lineFrom(policy, contact) !== undefined);
  const others = reachable.filter(({ id }) => run.without?.includes(id) !== true);
  const left = others.length > 0 ? others : reachable;
  const may = left.filter(({ id }) => maySettle(run, dutiesOf(policy, id)));
  return (may.length > 0 ? may : left).map(({ id }) => id);
}

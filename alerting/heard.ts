import { rank } from '../src/core/level.ts';
import type { WarningLevel } from '../src/core/level.ts';
import type { Callout, Ringing, Run } from './callout.ts';
import { maySettle } from './ladder.ts';
import type { CalloutPolicy } from './policy.ts';
import { dutiesOf } from './present-roster.ts';
import { rungOf } from './rung.ts';

interface Said {
  readonly contactId: string;
  readonly asked: WarningLevel;
  readonly told: number;
}

interface Heard {
  readonly runs: readonly Run[];
  /** The runs that are settled by it, and by whose word: that of one who answered before, where everyone had to. */
  readonly settled: ReadonlyMap<number, string>;
}

/** What an answer does to the runs it was asked about and told of: who has spoken for them, and which that settles. */
export function hear(policy: CalloutPolicy, { runs }: Callout, said: Said): Heard {
  const settled = new Map<number, string>();
  const marked = runs.map((run, i) => {
    if (run.answered !== null || rank(run.level) > rank(said.asked) || run.news > said.told) return run;
    const heard = [...new Set([said.contactId, ...(run.heard ?? [])])];
    const spoken = { ...run, heard, ...(run.ringing && { ringing: run.ringing.map((one) => without(one, said)) }) };
    const by = heard.find((one) => settles(policy, spoken, one));
    if (by !== undefined) settled.set(i, by);
    return spoken;
  });
  return { runs: marked, settled };
}

const without = (ringing: Ringing, { contactId }: Said): Ringing =>
  ringing.people.includes(contactId) && !ringing.done.includes(contactId)
    ? { ...ringing, done: [...ringing.done, contactId] }
    : ringing;

/** Whoever may, by himself; on a rung where everyone has to, when all who stand on it have spoken. */
function settles(policy: CalloutPolicy, run: Run & { readonly heard: readonly string[] }, contactId: string): boolean {
  const waits = (run.ringing ?? []).some(
    ({ rung, people }) =>
      rungOf(run.rungs[rung] ?? run.rungs[0]).everyone &&
      people.includes(contactId) &&
      !people.every((one) => run.heard.includes(one)),
  );
  return maySettle(run, dutiesOf(policy, contactId)) && !waits;
}

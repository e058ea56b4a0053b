import type { CalloutView } from '../../../src/contract/http.ts';

type Told =
  | 'calling'
  | 'calledAt'
  | 'waiting'
  | 'answeredAt'
  | 'respondBy'
  | 'respondLate'
  | 'respondedAt'
  | 'notOwed'
  | 'toRelease'
  | 'levelStands'
  | 'receded'
  | 'releasedAt';

export interface Stage {
  readonly name: 'call' | 'answer' | 'respond' | 'release';
  readonly state: 'done' | 'now' | 'late' | 'waiting';
  readonly told: Told;
  /** The time that is told with it; null: none. */
  readonly at: number | null;
}

/** The four stages of a callout, with what its clocks say. */
export function stagesOf(callout: CalloutView): readonly Stage[] {
  const { phase, openedAt } = callout;
  const calling = phase === 'calling';
  const answered = callout.runs.flatMap((run) => run.answered?.at ?? []);
  const first = answered.length === 0 ? null : Math.min(...answered);
  return [
    calling
      ? { name: 'call', state: 'now', told: 'calling', at: null }
      : { name: 'call', state: 'done', told: 'calledAt', at: openedAt },
    first === null
      ? { name: 'answer', state: 'waiting', told: 'waiting', at: null }
      : { name: 'answer', state: 'done', told: 'answeredAt', at: first },
    respondStage(callout),
    releaseStage(callout),
  ];
}

function respondStage({ phase, runs, orders }: CalloutView): Stage {
  const owed = runs.flatMap(({ respondBy }) => respondBy ?? []);
  const given = orders.filter(({ level, withdrawnAt }) => level !== null && withdrawnAt === null);
  const late = runs.some(({ kind, answered }) => kind === 'no-response' && answered === null);
  if (late) return { name: 'respond', state: 'late', told: 'respondLate', at: null };
  if (owed.length > 0) return { name: 'respond', state: 'now', told: 'respondBy', at: Math.min(...owed) };
  const last = given.at(-1);
  if (last !== undefined) return { name: 'respond', state: 'done', told: 'respondedAt', at: last.at };
  return { name: 'respond', state: 'waiting', told: phase === 'calling' ? 'waiting' : 'notOwed', at: null };
}

function releaseStage({ phase, endedAt, levelStands }: CalloutView): Stage {
  if (endedAt !== null) return { name: 'release', state: 'done', told: 'releasedAt', at: endedAt };
  if (!levelStands)
    return { name: 'release', state: phase === 'calling' ? 'waiting' : 'now', told: 'receded', at: null };
  return { name: 'release', state: 'waiting', told: phase === 'calling' ? 'levelStands' : 'toRelease', at: null };
}

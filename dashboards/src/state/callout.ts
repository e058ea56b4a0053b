import type { AttemptView, CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import { rank } from '../../../src/core/level.ts';
import type { WarningLevel } from '../../../src/core/level.ts';

export type Run = CalloutView['runs'][number];
export type Contact = SiteOverview['contacts'][number];
export type Duty = Contact['duty'];

/** What a rung of a ladder is doing. */
export interface RungStanding {
  readonly state: 'now' | 'answered' | 'tried' | 'waiting' | 'skipped';
  readonly tries: number;
  readonly latest: AttemptView | undefined;
}

/**
 * State of the rung at `index` of a run, from the attempts made to its person by its medium. A call that speaks a graver
 * level carries the milder ladders too. What came after a run's answer is not its own; of a follow-up only
 * open attempts and those of its present rung are.
 */
export function rungStanding(run: Run, index: number, callout: CalloutView): RungStanding {
  const rung = run.rungs[index];
  // The present rung began so long before its deadline; a second of slack for the clocks of two processes.
  const begun =
    run.current === index && rung !== undefined ? (run.deadline ?? Infinity) - rung.answerWithinMs - 1000 : Infinity;
  const own = callout.attempts.filter(
    (attempt) =>
      rank(attempt.level) >= rank(run.level) &&
      rung?.people.includes(attempt.contactId) === true &&
      rung.media.includes(attempt.medium) &&
      (run.answered === null || attempt.createdAt <= run.answered.at) &&
      (run.kind === 'level' || attempt.endedAt === null || attempt.createdAt >= begun),
  );
  const latest = own.reduce<AttemptView | undefined>(
    (a, b) => (a === undefined || b.number > a.number ? b : a),
    undefined,
  );
  const state = stateOf(run, index, own.length > 0, callout);
  return { state, tries: own.length, latest };
}

function stateOf(run: Run, index: number, tried: boolean, { answers }: CalloutView): RungStanding['state'] {
  const { answered } = run;
  if (answered !== null) {
    const rung = run.rungs[index];
    const how = answers.find(({ contactId, at }) => contactId === answered.contactId && at === answered.at)?.medium;
    const isOnIt = rung?.people.includes(answered.contactId) === true;
    if (isOnIt && (how === undefined || rung.media.some((medium) => medium === how))) return 'answered';
    return tried ? 'tried' : 'skipped';
  }
  if (run.current === index) return 'now';
  return tried ? 'tried' : 'waiting';
}

/** The rung that is tried when the deadline passes, and whether that starts again from the top. */
export function nextRung(run: Run): { rung: Run['rungs'][number]; again: 'next' | 'top' | 'same' } | undefined {
  if (run.current === null) return undefined;
  const index = (run.current + 1) % run.rungs.length;
  const rung = run.rungs[index];
  if (rung === undefined) return undefined;
  if (run.rungs.length === 1) return { rung, again: 'same' };
  return { rung, again: index === 0 ? 'top' : 'next' };
}

/** The newest answer that a follow-up follows: at its level or graver; undefined of a run that is none. */
export function answeredBefore(run: Run, { runs }: CalloutView): NonNullable<Run['answered']> | undefined {
  if (run.kind !== 'follow-up') return undefined;
  return runs
    .flatMap(({ level, answered }) => (answered === null || rank(level) < rank(run.level) ? [] : [answered]))
    .sort((a, b) => b.at - a.at)[0];
}

/** Runs gravest first; of one level the newest first. */
export const runsGravestFirst = (runs: readonly Run[]): readonly Run[] =>
  runs.toReversed().sort((a, b) => rank(b.level) - rank(a.level));

/** What an answer given on this screen would and would not do to the levels still calling. */
export interface ScreenAnswer {
  /** Levels it settles. */
  readonly settles: readonly WarningLevel[];
  /** Levels that go on calling, with whose answer they need. */
  readonly leaves: readonly { readonly level: WarningLevel; readonly duties: readonly Duty[] }[];
  /** When the control room answered up to the gravest of these levels; null when it has not. */
  readonly answeredAt: number | null;
}

/** Judged by the levels not yet answered; undefined when nothing is left to answer. */
export function screenAnswer(callout: CalloutView): ScreenAnswer | undefined {
  const open = new Map(callout.runs.filter((run) => run.answered === null).map((run) => [run.level, run]));
  if (open.size === 0 || callout.phase !== 'calling') return undefined;
  const runs = runsGravestFirst([...open.values()]);
  const gravest = rank(runs[0]?.level ?? 'red');
  const given = callout.answers.find((answer) => answer.medium === 'screen' && rank(answer.asked) >= gravest);
  return {
    settles: runs.filter((run) => run.answeredBy.includes('control-room')).map((run) => run.level),
    leaves: runs
      .filter((run) => !run.answeredBy.includes('control-room'))
      .map((run) => ({ level: run.level, duties: run.answeredBy })),
    answeredAt: given?.at ?? null,
  };
}

/** Runs that go on calling, gravest first. */
export const openRuns = (callout: CalloutView): readonly Run[] =>
  callout.phase === 'calling' ? runsGravestFirst(callout.runs.filter((run) => run.answered === null)) : [];

/** Calls and messages that are out, or about to be, and are not the present rung of a run: nobody whose phone rings stays unnamed. */
export function alsoCalling(callout: CalloutView): readonly AttemptView[] {
  const present = openRuns(callout).flatMap((run) =>
    run.current === null ? [] : [rungStanding(run, run.current, callout).latest?.number],
  );
  return callout.attempts.filter(({ number, endedAt }) => endedAt === null && !present.includes(number));
}

/** Everybody who is being called now, each once, the gravest level's first. */
export function calledNow(callout: CalloutView): readonly string[] {
  const rungs = openRuns(callout).flatMap((run) =>
    run.current === null ? [] : (run.rungs[run.current]?.people ?? []),
  );
  return [...new Set([...rungs, ...alsoCalling(callout).map(({ contactId }) => contactId)])];
}

/** The levels an answer settled, gravest first: those of the runs that name it. */
export const settledBy = (callout: CalloutView, answer: CalloutView['answers'][number]): readonly WarningLevel[] => [
  ...new Set(
    runsGravestFirst(callout.runs)
      .filter(({ answered }) => answered?.contactId === answer.contactId && answered.at === answer.at)
      .map(({ level }) => level),
  ),
];

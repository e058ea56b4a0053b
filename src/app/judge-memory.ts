import type { Admitted } from '../../ingest/admit.ts';
import type { InputRecall } from '../../ingest/input-recall.ts';
import type { Verdict } from '../../ingest/io/judge-port.ts';
import type { Level } from '../core/level.ts';
import type { LevelChange } from '../core/level-change.ts';
import type { Judgement } from './judgement.ts';

/** What a judge remembers only for the case that it must go on without its database. */
export interface JudgeMemory {
  /** The newest change of every target above normal. */
  readonly standing: Map<string, LevelChange>;
  /** What derivations are given. */
  readonly recall: InputRecall;
  /** Targets that came to orange or red from below and were adopted, until somebody takes them. */
  readonly rises?: LevelChange[];
}

/** The same judge; what it adopts is remembered. */
export const remembering = (
  judge: Pick<Judgement, 'judge' | 'tick' | 'lower'>,
  { standing, recall, rises }: JudgeMemory,
): Pick<Judgement, 'judge' | 'tick' | 'lower'> => {
  const remembered = (verdict: Verdict, admitted: readonly Admitted[]): Verdict => ({
    ...verdict,
    adopt() {
      verdict.adopt();
      for (const change of verdict.levelChanges) {
        if (isGrave(change.to) && !isGrave(change.from)) rises?.push(change);
        if (change.to === 'normal') standing.delete(change.target);
        else standing.set(change.target, change);
      }
      recall.add(admitted.map(({ reading }) => reading));
    },
  });
  return {
    judge: (admitted) => remembered(judge.judge(admitted), admitted),
    tick: (now, brokerUp) => remembered(judge.tick(now, brokerUp), []),
    lower(asked, now) {
      const verdict = judge.lower(asked, now);
      return verdict && remembered(verdict, []);
    },
  };
};

const isGrave = (level: Level): boolean => level === 'orange' || level === 'red';

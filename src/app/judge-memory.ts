import type { Admitted } from '../../ingest/admit.ts';
import type { InputRecall } from '../../ingest/input-recall.ts';
import type { Judge, Verdict } from '../../ingest/io/judge-port.ts';
import type { LevelChange } from '../core/level-change.ts';

/** What a judge remembers only for the case that it must go on without its database. */
export interface JudgeMemory {
  /** The newest change of every target above normal. */
  readonly standing: Map<string, LevelChange>;
  /** What derivations are given. */
  readonly recall: InputRecall;
}

/** The same judge; what it adopts is remembered. */
export const remembering = (judge: Judge, { standing, recall }: JudgeMemory): Judge => {
  const remembered = (verdict: Verdict, admitted: readonly Admitted[]): Verdict => ({
    ...verdict,
    adopt() {
      verdict.adopt();
      for (const change of verdict.levelChanges) {
        if (change.to === 'normal') standing.delete(change.target);
        else standing.set(change.target, change);
      }
      recall.add(admitted.map(({ reading }) => reading));
    },
  });
  return {
    judge: (admitted) => remembered(judge.judge(admitted), admitted),
    tick: (now, brokerUp) => remembered(judge.tick(now, brokerUp), []),
  };
};

import type { QueryConfig } from 'pg';
import type { LineSaid } from '../../src/core/acquired.ts';
import type { LateExceedance } from '../../src/core/late-exceedance.ts';
import type { LevelChange } from '../../src/core/level-change.ts';
import type { Instant } from '../../src/core/time.ts';
import type { VisibilityChange } from '../../src/core/visibility.ts';
import type { Admitted } from '../admit.ts';

/** What a judge makes of readings or of the passing of time: all of it is stored in one transaction, or none. */
export interface Verdict {
  readonly levelChanges: readonly LevelChange[];
  readonly visibilityChanges: readonly VisibilityChange[];
  readonly lateExceedances: readonly LateExceedance[];
  /** Store the states that changed. */
  readonly statements: readonly QueryConfig[];
  /** Makes the new states those that the next verdict starts from. Called once, after COMMIT. */
  adopt(): void;
}

/** The rules, as the reading commit sees them. Changes nothing but by `adopt`; a throw is laid to the readings it was given. */
export interface Judge {
  judge(admitted: readonly Admitted[]): Verdict;
  tick(now: Instant, brokerUp: boolean): Verdict;
}

/** How lines stand, as the reading commit sees it. */
export interface LinesOnRecord {
  /** What of it is news, to be stored and then adopted; null: nothing. */
  take(said: readonly LineSaid[], now: Instant): Pick<Verdict, 'statements' | 'adopt'> | null;
}

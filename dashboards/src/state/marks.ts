import type { RuleView, SensorView } from '../../../src/contract/http.ts';
import { rulesOf, standingRules } from './standing.ts';

/**
 * What has to be said beside the level of a sensor: one doubtful reading says so, and nobody is called; it is not in the
 * database; the point is being set up, or a limit is not approved, and with `NoCall` that no phone rings for the level it has.
 */
export type Mark =
  | 'unverified'
  | 'unrecorded'
  | 'commissioning'
  | 'commissioningNoCall'
  | 'unapproved'
  | 'unapprovedNoCall';

interface Recorded {
  /** Targets whose level is judged in memory. */
  readonly inMemory: ReadonlySet<string>;
  /** Sensors whose newest reading is not in the database. */
  readonly unrecordedReadings: ReadonlyMap<number, number>;
}

/** All that has to be said beside a sensor's level, the most urgent first. */
export function marksOf(sensor: SensorView, rules: readonly RuleView[], recorded: Recorded): readonly Mark[] {
  const own = rulesOf(sensor, rules);
  const standing = standingRules(sensor, rules).filter(({ level }) => level !== 'normal');
  const silent = standing.length > 0 && standing.every(({ guarded }) => !guarded);
  const isSetUp = sensor.state === 'commissioning';
  const isUnapproved = !isSetUp && own.some(({ approved }) => approved === null);
  const marks: Readonly<Record<Mark, boolean>> = {
    'unverified': isUnverified(standing),
    'unrecorded':
      recorded.unrecordedReadings.has(sensor.sensorId) || own.some(({ target }) => recorded.inMemory.has(target)),
    'commissioning': isSetUp && !silent,
    'commissioningNoCall': isSetUp && silent,
    'unapproved': isUnapproved && !silent,
    'unapprovedNoCall': isUnapproved && silent,
  };
  return (Object.keys(marks) as Mark[]).filter((mark) => marks[mark]);
}

/** True when a level stands and no rule at it has more than one doubtful reading to go by. */
export const isUnverified = (standing: readonly RuleView[]): boolean =>
  standing.length > 0 && standing.every(({ verified }) => !verified);

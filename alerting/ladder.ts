import { WARNING_LEVELS, gravest, isGraver, rank } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import type { CalloutPolicy, Contact, Duty, Ladder } from './policy.ts';

/**
 * The ladder by which a level is called: its own, or the next milder one's, so that a gap in the
 * configuration never makes a graver level the quieter one. `null`: nobody is called for this level.
 */
export function ladderOf(policy: CalloutPolicy, level: Level): Ladder | null {
  const own = WARNING_LEVELS.slice(0, rank(level)).findLast((milder) => policy.ladders[milder] !== undefined);
  return (own === undefined ? undefined : policy.ladders[own]) ?? null;
}

/** Whether somebody is called for a level. */
export const isCallable = (policy: CalloutPolicy, level: Level): level is WarningLevel =>
  level !== 'normal' && ladderOf(policy, level) !== null;

/** The levels that a rise to `to` calls for, gravest first, when calls have been made up to `called`. */
export const levelsToCall = (policy: CalloutPolicy, called: Level, to: WarningLevel): readonly WarningLevel[] =>
  WARNING_LEVELS.filter(
    (level) =>
      isGraver(level, called) && (level === to || (isGraver(to, level) && policy.ladders[level] !== undefined)),
  ).toReversed();

export const contactOf = (policy: CalloutPolicy, contactId: string): Contact | undefined =>
  policy.contacts.find((contact) => contact.id === contactId);

/** Whose word settles red, whatever a configuration says: the mine's principal or the deputy on record (notice 001). */
export const RED_DUTIES: readonly Duty[] = ['principal', 'deputy-principal'];

/** Whether the answer of who has these duties settles a run of this level. */
export const maySettle = (
  run: { readonly level: Level; readonly answeredBy: readonly Duty[] },
  duties: readonly Duty[],
): boolean =>
  duties.some((duty) => run.answeredBy.includes(duty) && (run.level !== 'red' || RED_DUTIES.includes(duty)));

/** The gravest level that calls have been made for. */
export const calledUpTo = (runs: readonly { readonly level: WarningLevel }[]): Level =>
  gravest(runs.map((run) => run.level));

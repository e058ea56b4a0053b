import type { Instant } from '../src/core/time.ts';
import type { Attempt, Callout, Run } from './callout.ts';
import type { Effect, Note, NoteType } from './callout-event.ts';
import type { CalloutPolicy } from './policy.ts';

/** What every decision within one step is given. */
export interface Moment {
  readonly policy: CalloutPolicy;
  readonly at: Instant;
  readonly seed: number;
}

/** A callout on its way through one step, with what the step has decided so far. */
export interface Change {
  readonly callout: Callout;
  readonly effects: readonly Effect[];
  readonly notes: readonly Note[];
}

export const unchanged = (callout: Callout): Change => ({ callout, effects: [], notes: [] });

export const patch = (change: Change, fields: Partial<Callout>): Change => ({
  ...change,
  callout: { ...change.callout, ...fields },
});

export const patchRun = (change: Change, index: number, fields: Partial<Run>): Change =>
  patch(change, { runs: change.callout.runs.map((run, i) => (i === index ? { ...run, ...fields } : run)) });

export const patchAttempt = (change: Change, number: number, fields: Partial<Attempt>): Change =>
  patch(change, {
    attempts: change.callout.attempts.map((attempt) =>
      attempt.number === number ? { ...attempt, ...fields } : attempt,
    ),
  });

export const act = (change: Change, ...effects: readonly Effect[]): Change => ({
  ...change,
  effects: [...change.effects, ...effects],
});

export const tell = (change: Change, type: NoteType, facts: Note['facts']): Change => ({
  ...change,
  notes: [...change.notes, { type, facts }],
});

/** Whether a run is still owed an answer. */
export const isOpen = (callout: Callout, run: number): boolean => callout.runs[run]?.answered === null;

/** Facts of an attempt that everybody may read. */
export const factsOf = ({ number, contactId, level, medium }: Attempt): Note['facts'] => ({
  attempt: number,
  contactId,
  level,
  medium,
});

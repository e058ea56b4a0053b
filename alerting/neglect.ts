import { SECOND, elapsedMs } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';

/** What is owed to somebody at this moment, as the tables say it. */
export interface Owed {
  /** Every open callout; `phase` as it is stored, `null` where it cannot be read. */
  readonly callouts: readonly {
    readonly id: string;
    readonly siteId: string;
    readonly phase: string | null;
    readonly dueAt: Instant | null;
    /** A worker holds one of its attempts by a lease that has not run out. */
    readonly isWorkedOn: boolean;
  }[];
  /** Attempts that nobody holds, and that are due. */
  readonly attempts: readonly { readonly id: string; readonly siteId: string; readonly dueAt: Instant }[];
  /** Every real evacuation that is open. */
  readonly broadcasts: readonly {
    readonly id: string;
    readonly siteId: string;
    /** Of the person who is due first. */
    readonly dueAt: Instant | null;
    /** People who have not said where they are, of whom nothing is due and nothing runs. */
    readonly forgotten: number;
    /** Since when a call or message is due that nobody takes, although nothing holds it back. */
    readonly leftAt: Instant | null;
  }[];
  /** Orders to evacuate whose broadcast begins by itself, and has not. */
  readonly ordered: readonly { readonly id: string; readonly siteId: string; readonly at: Instant }[];
  /** The first row of each log that was not taken in. */
  readonly unread: readonly {
    readonly log: string;
    readonly position: number;
    readonly siteId: string;
    readonly at: Instant;
  }[];
}

/**
 * Something that was due and is not done:
 * `asleep`: a callout that nobody has answered, with nothing due; `contradicted`: one that is open and says that it is closed;
 * `overdue`: one whose next person should have been called; `left`: an attempt that no worker takes; `unread`: a row of a log;
 * `evacuation`: a broadcast that has stopped while people have not said where they are; `unbegun`: one that was ordered.
 */
export interface Neglect {
  readonly kind: 'asleep' | 'contradicted' | 'overdue' | 'left' | 'unread' | 'evacuation' | 'unbegun';
  readonly siteId: string;
  /** Of the callout or the attempt; of a row the log and its position. */
  readonly id: string;
}

/** How late is late: workers look every second, and are told at once. */
const TOLERANCE_MS: DurationMs = 15 * SECOND;

/** What is neglected at `now`. Nothing that is due for less than 15 s. */
export function neglected({ callouts, attempts, broadcasts, ordered, unread }: Owed, now: Instant): readonly Neglect[] {
  const isLate = (at: Instant): boolean => elapsedMs(at, now) > TOLERANCE_MS;
  return [
    ...callouts.flatMap(({ id, siteId, phase, dueAt, isWorkedOn }): Neglect[] => {
      if (phase === 'released') return [{ kind: 'contradicted', siteId, id }];
      if (dueAt !== null) return isLate(dueAt) ? [{ kind: 'overdue', siteId, id }] : [];
      return (phase === 'calling' || phase === null) && !isWorkedOn ? [{ kind: 'asleep', siteId, id }] : [];
    }),
    ...attempts.filter(({ dueAt }) => isLate(dueAt)).map(({ id, siteId }): Neglect => ({ kind: 'left', siteId, id })),
    ...broadcasts
      .filter(
        ({ dueAt, forgotten, leftAt }) => forgotten > 0 || [dueAt, leftAt].some((at) => at !== null && isLate(at)),
      )
      .map(({ id, siteId }): Neglect => ({ kind: 'evacuation', siteId, id })),
    ...ordered.filter(({ at }) => isLate(at)).map(({ id, siteId }): Neglect => ({ kind: 'unbegun', siteId, id })),
    ...unread
      .filter(({ at }) => isLate(at))
      .map(({ log, position, siteId }): Neglect => ({ kind: 'unread', siteId, id: `${log}:${String(position)}` })),
  ];
}

import { gravest, isGraver } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import type { Instant } from '../src/core/time.ts';

/**
 * The alarm of one target, in the states of ISA-18.2:
 *
 *     normal --rises--> unacknowledged --acknowledge--> acknowledged --returns--> normal
 *                        |        ^                        |
 *                     returns   rises                    rises further, or its time is over: unacknowledged
 *                        v        |
 *                 returned-unacknowledged --acknowledge--> normal
 *
 * That a level is confirmed, or begins to call people, is a rise in this too: whoever saw it before saw something else.
 * Beside its state it may lie on a shelf: it asks for no attention until its time there is over, somebody takes it off, or
 * it rises above what it was shelved at. Every shelf and every acknowledgement ends.
 *
 * Both say something of the alarm list alone. Neither is an answer: a callout never hears of it.
 */
export type AlarmState = 'normal' | 'unacknowledged' | 'acknowledged' | 'returned-unacknowledged';

export interface Alarm {
  readonly state: AlarmState;
  readonly level: Level;
  /** Newest state version of the target that was taken in. */
  readonly version: number;
  /** Without `until` it was stored before acknowledgements ended: it is over. */
  readonly acknowledged: { readonly by: string; readonly at: Instant; readonly until?: Instant } | null;
  /** The gravest level since it was opened; absent: stored before it was kept. */
  readonly worst?: Level;
  readonly shelf?: Shelf | null;
}

/** Where an alarm lies that is not to be looked at for a while. */
export interface Shelf {
  /** Both names where two people agreed. */
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
  readonly until: Instant;
  /** What is graver takes it off. */
  readonly upTo: WarningLevel;
}

export type AlarmEvent =
  | {
      readonly type: 'level-changed';
      readonly stateVersion: number;
      readonly to: Level;
      /** The level stays what it was: it was confirmed, or is one that people are called for from now on. */
      readonly isToldAnew: boolean;
    }
  | { readonly type: 'acknowledged'; readonly by: string; readonly at: Instant; readonly until: Instant }
  | { readonly type: 'shelved'; readonly shelf: Shelf }
  | { readonly type: 'unshelved' }
  | { readonly type: 'time-passed'; readonly at: Instant };

export const NO_ALARM: Alarm = { state: 'normal', level: 'normal', version: 0, acknowledged: null };

/** Whether nothing is left of it: its row can be closed. One on a shelf waits there for what it does next. */
export const isOver = ({ state, shelf = null }: Alarm): boolean => state === 'normal' && shelf === null;

/** What it is shelved at, and by which a second person is asked: the gravest since it was opened. */
export const gravestOf = ({ level, worst = 'normal' }: Alarm): Level => gravest([level, worst]);

/** When time alone changes it next; `null`: never. */
export function alarmDueAt({ state, acknowledged, shelf = null }: Alarm): Instant | null {
  const seen = state === 'acknowledged' && acknowledged !== null ? (acknowledged.until ?? acknowledged.at) : null;
  if (shelf === null || seen === null) return shelf?.until ?? seen;
  return seen < shelf.until ? seen : shelf.until;
}

/** Next state of one alarm. What is older than what it knows, or was said before, changes nothing: it is the same object. */
export function stepAlarm(alarm: Alarm, event: AlarmEvent): Alarm {
  switch (event.type) {
    case 'level-changed':
      return event.stateVersion <= alarm.version ? alarm : moved(alarm, event);
    case 'acknowledged':
      return acknowledged(alarm, { by: event.by, at: event.at, until: event.until });
    case 'shelved':
      return isOver(alarm) ? alarm : { ...alarm, shelf: event.shelf };
    case 'unshelved':
      return offShelf(alarm);
    case 'time-passed':
      return timePassed(alarm, event.at);
  }
}

function moved(alarm: Alarm, { to, stateVersion, isToldAnew }: Extract<AlarmEvent, { type: 'level-changed' }>): Alarm {
  const worst = gravest([to, isOver(alarm) ? 'normal' : gravestOf(alarm)]);
  const shelf = alarm.shelf ?? null;
  const isNews = to !== 'normal' && (isToldAnew || (shelf !== null && isGraver(to, shelf.upTo)));
  const next = { ...alarm, level: to, version: stateVersion, worst, shelf: isNews ? null : shelf };
  if (to === 'normal') {
    const isSeen = alarm.state === 'acknowledged' || alarm.state === 'normal';
    return { ...next, state: isSeen ? 'normal' : 'returned-unacknowledged' };
  }
  const isStillSeen = alarm.state === 'acknowledged' && !isToldAnew && !isGraver(to, alarm.level);
  return isStillSeen ? next : { ...next, state: 'unacknowledged', acknowledged: null };
}

function acknowledged(alarm: Alarm, by: NonNullable<Alarm['acknowledged']>): Alarm {
  switch (alarm.state) {
    case 'unacknowledged':
      return { ...alarm, state: 'acknowledged', acknowledged: by };
    case 'returned-unacknowledged':
      return { ...alarm, state: 'normal', acknowledged: by };
    case 'acknowledged':
    case 'normal':
      return alarm;
  }
}

/** Whoever saw it before it lay there has not looked since: it is to be seen again. */
const offShelf = (alarm: Alarm): Alarm =>
  (alarm.shelf ?? null) === null ? alarm : { ...seenNoMore(alarm), shelf: null };

const seenNoMore = (alarm: Alarm): Alarm =>
  alarm.state === 'acknowledged' ? { ...alarm, state: 'unacknowledged', acknowledged: null } : alarm;

function timePassed(alarm: Alarm, at: Instant): Alarm {
  const due = alarmDueAt(alarm);
  if (due === null || at < due) return alarm;
  const isShelfOver = (alarm.shelf ?? null) !== null && at >= (alarm.shelf?.until ?? at);
  return isShelfOver ? offShelf(alarm) : seenNoMore(alarm);
}

import { isGraver } from '../src/core/level.ts';
import type { Level } from '../src/core/level.ts';
import type { Instant } from '../src/core/time.ts';

/**
 * The alarm of one target, in the states of ISA-18.2:
 *
 *     normal --rises--> unacknowledged --acknowledge--> acknowledged --returns--> normal
 *                        |        ^                        |
 *                     returns   rises                    rises further: unacknowledged
 *                        v        |
 *                 returned-unacknowledged --acknowledge--> normal
 *
 * That a level is confirmed, or begins to call people, is a rise in this too: whoever saw it before saw something else.
 *
 * An acknowledgement says "I have seen it" on the alarm list. It is not an answer: a callout never hears of it.
 */
export type AlarmState = 'normal' | 'unacknowledged' | 'acknowledged' | 'returned-unacknowledged';

export interface Alarm {
  readonly state: AlarmState;
  readonly level: Level;
  /** Newest state version of the target that was taken in. */
  readonly version: number;
  readonly acknowledged: { readonly by: string; readonly at: Instant } | null;
}

export type AlarmEvent =
  | {
      readonly type: 'level-changed';
      readonly stateVersion: number;
      readonly to: Level;
      /** The level stays what it was: it was confirmed, or is one that people are called for from now on. */
      readonly isToldAnew: boolean;
    }
  | { readonly type: 'acknowledged'; readonly by: string; readonly at: Instant };

export const NO_ALARM: Alarm = { state: 'normal', level: 'normal', version: 0, acknowledged: null };

/** Next state of one alarm. What is older than what it knows changes nothing. */
export function stepAlarm(alarm: Alarm, event: AlarmEvent): Alarm {
  switch (event.type) {
    case 'level-changed':
      return event.stateVersion <= alarm.version
        ? alarm
        : { ...alarm, ...moved(alarm, event), level: event.to, version: event.stateVersion };
    case 'acknowledged':
      return acknowledged(alarm, { by: event.by, at: event.at });
  }
}

function moved(
  alarm: Alarm,
  { to, isToldAnew }: Extract<AlarmEvent, { type: 'level-changed' }>,
): Pick<Alarm, 'state' | 'acknowledged'> {
  if (to === 'normal') {
    const isSeen = alarm.state === 'acknowledged' || alarm.state === 'normal';
    return { state: isSeen ? 'normal' : 'returned-unacknowledged', acknowledged: alarm.acknowledged };
  }
  const isStillSeen = alarm.state === 'acknowledged' && !isToldAnew && !isGraver(to, alarm.level);
  return isStillSeen
    ? { state: 'acknowledged', acknowledged: alarm.acknowledged }
    : { state: 'unacknowledged', acknowledged: null };
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

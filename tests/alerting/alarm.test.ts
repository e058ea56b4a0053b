import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ALARM, stepAlarm } from '../../alerting/alarm.ts';
import type { Alarm, AlarmEvent, AlarmState } from '../../alerting/alarm.ts';
import { LEVELS } from '../../src/core/level.ts';
import type { Level } from '../../src/core/level.ts';
import { instant } from '../../src/core/time.ts';

const seen: AlarmEvent = { type: 'acknowledged', by: 'operator', at: instant(0) };

/** A change to `to`, or, where that is what stands, the same level told anew. */
const change = (alarm: Alarm, to: Level, stateVersion: number): AlarmEvent => ({
  type: 'level-changed',
  to,
  stateVersion,
  isToldAnew: to === alarm.level,
});

/** The states an alarm passes through; a level stands for a change to it. */
function passes(...events: readonly (Level | 'seen')[]): readonly AlarmState[] {
  let alarm: Alarm = NO_ALARM;
  return events.map((event, i) => {
    alarm = stepAlarm(alarm, event === 'seen' ? seen : change(alarm, event, i + 1));
    return alarm.state;
  });
}

describe('an alarm', () => {
  it('R16 acknowledged, then back to normal: it never passes through active again', () => {
    expect(passes('orange', 'seen', 'normal')).toEqual(['unacknowledged', 'acknowledged', 'normal']);
  });

  it('that has returned before anybody saw it waits to be seen', () => {
    expect(passes('red', 'normal', 'seen')).toEqual(['unacknowledged', 'returned-unacknowledged', 'normal']);
  });

  it('E24 stays acknowledged while it falls, and is news again when it rises further', () => {
    expect(passes('orange', 'seen', 'yellow', 'orange')).toEqual([
      'unacknowledged',
      'acknowledged',
      'acknowledged',
      'unacknowledged',
    ]);
  });

  it('that rises again before anybody saw it is one alarm still', () => {
    expect(passes('red', 'normal', 'blue')).toEqual(['unacknowledged', 'returned-unacknowledged', 'unacknowledged']);
  });

  it('acknowledged before the level was confirmed, or called anybody, is news again when it is', () => {
    expect(passes('red', 'seen', 'red', 'seen')).toEqual([
      'unacknowledged',
      'acknowledged',
      'unacknowledged',
      'acknowledged',
    ]);
    const taken = stepAlarm(stepAlarm(NO_ALARM, change(NO_ALARM, 'red', 1)), seen);
    const anew = change(taken, 'red', 2);
    const seenAgain = stepAlarm(stepAlarm(taken, anew), seen);
    expect(stepAlarm(seenAgain, anew)).toBe(seenAgain);
  });

  it('takes no change that it has taken, and none that came before it', () => {
    const red = stepAlarm(NO_ALARM, change(NO_ALARM, 'red', 7));
    expect(stepAlarm(red, change(red, 'normal', 7))).toBe(red);
    expect(stepAlarm(red, change(red, 'normal', 6))).toBe(red);
  });

  it('R16 becomes unacknowledged by a rise, or by a level told anew, only, whatever happens', () => {
    const event = fc.oneof(fc.constant<'seen'>('seen'), fc.constantFrom(...LEVELS));
    fc.assert(
      fc.property(fc.array(event), (events) => {
        let alarm: Alarm = NO_ALARM;
        events.forEach((what, i) => {
          const next = stepAlarm(alarm, what === 'seen' ? seen : change(alarm, what, i + 1));
          if (next.state === 'unacknowledged' && alarm.state !== 'unacknowledged') {
            expect(what).not.toBe('seen');
            expect(what).not.toBe('normal');
          }
          expect(next.state === 'normal' || next.state === 'returned-unacknowledged').toBe(next.level === 'normal');
          alarm = next;
        });
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ALARM, alarmDueAt, gravestOf, isOver, stepAlarm } from '../../alerting/alarm.ts';
import type { Alarm, AlarmEvent, AlarmState } from '../../alerting/alarm.ts';
import { LEVELS } from '../../src/core/level.ts';
import type { Level, WarningLevel } from '../../src/core/level.ts';
import { DAY, HOUR, instant, plus } from '../../src/core/time.ts';

const seen: AlarmEvent = { type: 'acknowledged', by: 'operator', at: instant(0), until: instant(HOUR) };
const shelf = (upTo: WarningLevel, untilMs = HOUR): AlarmEvent => ({
  type: 'shelved',
  shelf: { by: 'operator', reason: 'gauge trembles', at: instant(0), until: instant(untilMs), upTo },
});
const passed = (ms: number): AlarmEvent => ({ type: 'time-passed', at: instant(ms) });
const after = (...events: readonly AlarmEvent[]): Alarm => events.reduce(stepAlarm, NO_ALARM);
const red = (stateVersion = 1): AlarmEvent => ({ type: 'level-changed', to: 'red', stateVersion, isToldAnew: false });
const to = (level: Level, stateVersion: number): AlarmEvent => ({
  type: 'level-changed',
  to: level,
  stateVersion,
  isToldAnew: false,
});

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
    const stands = stepAlarm(NO_ALARM, change(NO_ALARM, 'red', 7));
    expect(stepAlarm(stands, change(stands, 'normal', 7))).toBe(stands);
    expect(stepAlarm(stands, change(stands, 'normal', 6))).toBe(stands);
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

describe('what is put aside', () => {
  it('E30 an acknowledgement ends, and the alarm is to be seen again; not a moment sooner', () => {
    const taken = after(red(), seen);
    expect(alarmDueAt(taken)).toBe(HOUR);
    expect(stepAlarm(taken, passed(HOUR - 1))).toBe(taken);
    expect(stepAlarm(taken, passed(HOUR))).toMatchObject({ state: 'unacknowledged', acknowledged: null });
    expect(alarmDueAt(after(red(), seen, passed(HOUR)))).toBe(null);
  });

  it('E37 one of thirty days is due in thirty days, and time that passes before changes nothing', () => {
    const long: AlarmEvent = { type: 'acknowledged', by: 'li', at: instant(0), until: plus(instant(0), 30 * DAY) };
    for (const alarm of [after(red(), long), after(red(), shelf('red', 30 * DAY))]) {
      expect(alarmDueAt(alarm)).toBe(30 * DAY);
      for (const day of [0, 1, 24.8, 24.9, 29.99]) expect(stepAlarm(alarm, passed(day * DAY))).toBe(alarm);
      expect(stepAlarm(alarm, passed(30 * DAY))).not.toBe(alarm);
    }
  });

  it('an acknowledgement stored before they ended is over at once', () => {
    const old: Alarm = { ...after(red(), seen), acknowledged: { by: 'li', at: instant(5) } };
    expect(stepAlarm(old, passed(5))).toMatchObject({ state: 'unacknowledged' });
  });

  it('lies on the shelf until its time is over; who had seen it before has to look again', () => {
    const lies = after(red(), seen, shelf('red', 3 * HOUR));
    expect(lies).toMatchObject({ state: 'acknowledged', shelf: { upTo: 'red' } });
    expect(alarmDueAt(lies)).toBe(HOUR);
    expect(stepAlarm(lies, passed(3 * HOUR))).toMatchObject({ state: 'unacknowledged', shelf: null });
    expect(stepAlarm(lies, { type: 'unshelved' })).toMatchObject({ state: 'unacknowledged', shelf: null });
  });

  it('comes off the shelf when it rises above what it was shelved at, or is confirmed; not when it trembles below', () => {
    const lies = after(to('yellow', 1), shelf('yellow'));
    const trembling = [to('normal', 2), to('yellow', 3), to('blue', 4), to('yellow', 5)].reduce(stepAlarm, lies);
    expect(trembling).toMatchObject({ level: 'yellow', shelf: { upTo: 'yellow' } });
    expect(stepAlarm(trembling, to('orange', 6))).toMatchObject({ state: 'unacknowledged', shelf: null });
    const confirmed: AlarmEvent = { type: 'level-changed', to: 'yellow', stateVersion: 6, isToldAnew: true };
    expect(stepAlarm(trembling, confirmed)).toMatchObject({ state: 'unacknowledged', shelf: null });
  });

  it('waits on the shelf though it is normal and seen, and then is over; the gravest it has had is kept', () => {
    const lies = after(to('orange', 1), to('blue', 2), seen, shelf('orange'), to('normal', 3));
    expect([isOver(lies), gravestOf(lies)]).toEqual([false, 'orange']);
    expect(isOver(stepAlarm(lies, passed(HOUR)))).toBe(true);
    expect(isOver(stepAlarm(lies, { type: 'unshelved' }))).toBe(true);
  });

  it('a new alarm has not been what an older one was', () => {
    const over = after(red(), seen, to('normal', 2));
    expect(gravestOf(stepAlarm(over, to('blue', 3)))).toBe('blue');
  });

  it('latches: what has returned unseen stays until somebody has seen it, however much time passes', () => {
    const returned = after(red(), to('normal', 2));
    expect(stepAlarm(returned, passed(365 * DAY))).toBe(returned);
    expect(isOver(returned)).toBe(false);
    expect(isOver(stepAlarm(returned, seen))).toBe(true);
  });

  it('nothing that is no alarm is shelved', () => {
    expect(stepAlarm(NO_ALARM, shelf('red'))).toBe(NO_ALARM);
  });
});

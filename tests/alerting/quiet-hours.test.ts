import { describe, expect, it } from 'vitest';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import { quietUntil } from '../../alerting/quiet-hours.ts';
import { rehearse } from '../../alerting/rehearsal.ts';
import { HOUR, instant } from '../../src/core/time.ts';
import { POLICY, START, Told, blinds, fault, onScreen, reports, rises, time } from './story.ts';

// The stories begin at 08:00 in Shanghai.
const QUIET: CalloutPolicy = { ...POLICY, quietHours: { from: '07:00', to: '09:00' } };
const EARLY = { ...POLICY, quietHours: { from: '22:00', to: '08:00' } };
const AN_HOUR = 3_600;
const first = ['#1 room yellow sms'];

const lives = (policy: CalloutPolicy, lines: Parameters<Told['live']>[0]): Told => {
  const told = new Told(policy);
  expect(told.live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  return told;
};

describe('quiet hours', () => {
  it('hold a yellow to their end, on record, and then it is called', () => {
    const told = lives(QUIET, [
      [0, rises('yellow'), []],
      [AN_HOUR - 1, time, []],
      [AN_HOUR, time, first],
    ]);
    expect(told.notes.filter(({ type }) => type === 'quiet-hours')).toEqual([
      { type: 'quiet-hours', facts: { level: 'yellow', until: START + HOUR } },
    ]);
  });

  it('hold a ladder that was being climbed when they began', () => {
    lives({ ...POLICY, quietHours: { from: '08:02', to: '09:00' } }, [
      [0, rises('yellow'), first],
      [180, time, []],
      [AN_HOUR, time, ['#2 officer yellow sms']],
    ]);
  });

  it.each([
    ['orange', rises('orange')],
    ['red', rises('red')],
    ['a finding, even a yellow one', reports('yellow')],
    ['a fault of our own', fault('log:1')],
  ])('E16 never hold %s', (_what, event) => {
    expect(new Told(QUIET).tell(0, event)).toEqual(new Told(POLICY).tell(0, event));
  });

  it('end for a yellow as soon as somebody finds something, or eyes are lost', () => {
    lives(QUIET, [
      [0, rises('yellow'), []],
      [60, reports('yellow'), first],
    ]);
    lives(QUIET, [
      [0, rises('yellow'), []],
      [60, blinds(1), first],
    ]);
  });

  it('do not hold the rise to orange after a yellow that waits', () => {
    const told = new Told(QUIET);
    told.tell(0, rises('yellow'));
    expect(told.tell(60, rises('orange'))).toEqual(
      new Told(POLICY).tell(60, rises('orange')).filter((one) => !one.includes('yellow')),
    );
  });

  it('call nobody for what was answered on the page meanwhile', () => {
    lives(QUIET, [
      [0, rises('yellow'), []],
      [60, onScreen('room'), []],
      [AN_HOUR, time, []],
    ]);
  });

  it('are over at their last minute', () => {
    expect(new Told(EARLY).tell(0, rises('yellow'))).toEqual(first);
  });

  it('stand in a rehearsal', () => {
    const { calls, notes } = rehearse(QUIET, {
      target: 'level',
      level: 'yellow',
      value: 1,
      limit: 1,
      at: START,
      lastsMs: 2 * HOUR,
      answers: [],
    });
    expect(notes.map(({ type }) => type)).toContain('quiet-hours');
    expect(calls[0]?.at).toBe(START + HOUR);
  });
});

describe('the end of quiet hours', () => {
  const night = { from: '22:00', to: '06:00' };
  const until = (iso: string, timeZone = 'Asia/Shanghai') => {
    const at = quietUntil(night, instant(Date.parse(iso)), { timeZone });
    return at === null ? null : new Date(at).toISOString();
  };
  it.each([
    ['2026-07-01T21:59:59+08:00', null],
    ['2026-07-01T22:00:00+08:00', '2026-07-01T22:00:00.000Z'],
    ['2026-07-02T05:59:59+08:00', '2026-07-01T22:00:00.000Z'],
    ['2026-07-02T06:00:00+08:00', null],
  ])('by the wall of the site, over midnight: %s', (iso, end) => {
    expect(until(iso)).toBe(end);
  });

  it('E11 is by the wall where clocks change in between', () => {
    expect(until('2026-10-24T23:00:00+02:00', 'Europe/Berlin')).toBe('2026-10-25T05:00:00.000Z');
  });
});

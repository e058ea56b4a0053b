import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../alerting/alarm-limits.ts';
import { alarmFigures } from '../../alerting/figures/alarm-figures.ts';
import type { LevelMove } from '../../alerting/figures/alarm-figures.ts';
import { chatters } from '../../alerting/figures/chattering.ts';
import { nightCalls } from '../../alerting/figures/night-calls.ts';
import { HOUR, MINUTE, SECOND, instant } from '../../src/core/time.ts';

const START = Date.UTC(2026, 6, 1);
const after = (ms: number) => instant(START + ms);
const move = (ms: number, target = 'level', asks = true): LevelMove => ({ target, at: after(ms), asks });
const many = (count: number, everyMs: number, from = 0): readonly LevelMove[] =>
  Array.from({ length: count }, (_none, i) => move(from + i * everyMs, `target-${String(i)}`));

describe('chattering', () => {
  const limits = DEFAULT_LIMITS.chattering;
  it('is three changes within a minute, its ends included, in whatever order they are told', () => {
    expect(chatters([after(60 * SECOND), after(0), after(30 * SECOND)], limits)).toBe(true);
    expect(chatters([after(0), after(30 * SECOND), after(60 * SECOND + 1)], limits)).toBe(false);
    expect(chatters([after(0), after(1)], limits)).toBe(false);
  });

  it('counts falls too, and is of one target', () => {
    const moves = [move(0), move(20 * SECOND, 'level', false), move(40 * SECOND), move(1, 'a'), move(2, 'b')];
    expect(alarmFigures(moves, DEFAULT_LIMITS).chattering).toEqual(['level']);
  });
});

describe('a flood', () => {
  it('is more than ten alarms within ten minutes for each operator; ten are none', () => {
    expect(alarmFigures(many(10, MINUTE - 1), DEFAULT_LIMITS)).toMatchObject({ floods: 0, peak: 10 });
    expect(alarmFigures(many(11, 50 * SECOND), DEFAULT_LIMITS)).toMatchObject({ floods: 1, peak: 11 });
    expect(alarmFigures(many(11, 50 * SECOND), { ...DEFAULT_LIMITS, operators: 2 })).toMatchObject({ floods: 0 });
  });

  it('that goes on is one, and one that comes back is another', () => {
    const twice = [...many(30, 30 * SECOND), ...many(12, SECOND, 2 * HOUR)];
    expect(alarmFigures(twice, DEFAULT_LIMITS)).toMatchObject({ floods: 2, peak: 20, alarms: 42 });
  });

  it('its peak is never more than all, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10 * HOUR)), (times) => {
        const { peak, alarms, floods } = alarmFigures(
          times.map((at) => move(at)),
          DEFAULT_LIMITS,
        );
        expect(peak).toBeLessThanOrEqual(alarms);
        expect(floods > 0).toBe(peak > 10);
      }),
    );
  });
});

describe('nuisances', () => {
  it('are the ten targets that asked most often; a fall asks for nothing', () => {
    const moves = Array.from({ length: 12 }, (_none, i) =>
      Array.from({ length: i + 1 }, (_one, j) => move(j * HOUR, `t${String(i)}`)),
    ).flat();
    const falls = Array.from({ length: 50 }, (_none, i) => move(i * HOUR, 'quiet', false));
    const { nuisances } = alarmFigures([...moves, ...falls], DEFAULT_LIMITS);
    expect(nuisances.map(({ target }) => target)).toEqual([
      't11',
      't10',
      't9',
      't8',
      't7',
      't6',
      't5',
      't4',
      't3',
      't2',
    ]);
    expect(nuisances[0]?.count).toBe(12);
  });
});

describe('calls at night', () => {
  const at = (text: string) => instant(Date.parse(text));
  it('are those from 22:00 to before 06:00 in the zone of the site, in the week of their evening', () => {
    const calls = [
      '2026-07-05T21:59:59+08:00',
      '2026-07-05T22:00:00+08:00', // Sunday evening
      '2026-07-06T02:10:00+08:00', // the same night, on Monday
      '2026-07-06T05:59:59+08:00',
      '2026-07-06T06:00:00+08:00',
      '2026-07-06T23:00:00+08:00', // the week after
    ].map(at);
    expect(nightCalls(calls, 'Asia/Shanghai')).toEqual([
      { monday: '2026-07-06', calls: 1, nights: 1 },
      { monday: '2026-06-29', calls: 3, nights: 1 },
    ]);
  });

  it('go by the wall clock where it is put forward and back', () => {
    const calls = ['2026-03-29T01:30:00+01:00', '2026-03-29T05:30:00+02:00', '2026-03-29T06:30:00+02:00'].map(at);
    expect(nightCalls(calls, 'Europe/Berlin')).toEqual([{ monday: '2026-03-23', calls: 2, nights: 1 }]);
  });
});

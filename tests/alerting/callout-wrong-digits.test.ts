import { describe, expect, it } from 'vitest';
import { dueAt } from '../../alerting/callout.ts';
import { POLICY, START, Told, misses, right, rises, time, wrong } from './story.ts';
import type { Line } from './story.ts';

const ORANGE = rises('orange');
const RED = rises('red');

describe('after three wrong digits', () => {
  const people = (...rungs: readonly (readonly [string, number])[]) => {
    const [foot, ...rest] = rungs.map(([contactId, seconds]) => ({
      contactId,
      medium: 'voice' as const,
      answerWithinMs: seconds * 1000,
    }));
    if (foot === undefined) throw new Error('no rung');
    return new Told({ ...POLICY, ladders: { orange: { answeredBy: ['chief-engineer'], rungs: [foot, ...rest] } } });
  };

  it('the phone that was rung for another rung meanwhile is not rung again for the digits', () => {
    const lines: readonly Line[] = [
      [0, ORANGE, ['#1 engineer orange']],
      [4, wrong(1), []],
      [4, wrong(1), []],
      [5, wrong(1), []],
      [20, time, ['#2 engineer orange']],
      [25, misses(2), []],
      [35, time, []],
      [40, time, ['#3 engineer orange']],
    ];
    expect(people(['engineer', 20]).live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });

  it('what becomes of the second call is no matter of the rung that is tried now', () => {
    const lines: readonly Line[] = [
      [0, ORANGE, ['#1 officer orange']],
      [39, wrong(1), []],
      [39, wrong(1), []],
      [40, wrong(1), []],
      [60, time, ['#2 engineer orange']],
      [70, time, ['#3 officer orange']],
      [71, misses(3), []],
      [72, misses(2), ['#4 deputy orange']],
    ];
    const told = people(['officer', 60], ['engineer', 60], ['deputy', 60]);
    expect(told.live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });

  it('the second call is a date of the callout, before the next rung', () => {
    const told = people(['officer', 60], ['engineer', 60]);
    told.live([
      [0, ORANGE, []],
      [1, wrong(1), []],
      [2, wrong(1), []],
      [3, wrong(1), []],
    ]);
    expect(told.state && dueAt(told.state)).toBe(START + 33_000);
  });

  it('on a call that was hung up they count for nothing, and are not told', () => {
    const told = new Told();
    told.live([
      [0, ORANGE, []],
      [60, time, []],
      [61, right(3), []],
    ]);
    const [notes, effects] = [told.notes.length, told.effects.length];
    told.live([
      [62, wrong(1), []],
      [63, wrong(1), []],
      [64, wrong(1), []],
    ]);
    expect([told.notes.length, told.effects.length]).toEqual([notes, effects]);
  });

  it('waits a minute at most, whatever is configured', () => {
    const told = new Told({ ...POLICY, redialMs: 3_600_000 });
    told.live([
      [0, RED, []],
      [1, wrong(1), []],
      [2, wrong(1), []],
      [3, wrong(1), []],
    ]);
    expect(told.state && dueAt(told.state)).toBeLessThan(START + 60_000);
  });
});

import { describe, expect, it } from 'vitest';
import { replies, right, rises, time, Told, wrong } from './story.ts';
import type { Line } from './story.ts';

const ORANGE = rises('orange');
const RED = rises('red');

const stories: Record<string, readonly Line[]> = {
  'the storm: the officer ignores his phone, the engineer answers orange with one wrong digit, the principal answers red':
    [
      [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
      [59, time, []],
      [60, time, ['#3 engineer orange']],
      [70, wrong(3), []],
      [75, right(3), ['hang up #1']],
      [90, RED, ['#4 principal red']],
      [100, right(4), []],
      [110, replies(2), []],
      [99_999, time, []],
    ],
  'nobody is called for a level without a ladder': [
    [0, rises('blue'), []],
    [99, time, []],
  ],
  'E6 no rung before its time': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [59.999, time, []],
    [60, time, ['#4 deputy red', '#5 engineer orange']],
    [119.999, time, []],
    [120, time, ['hang up #1', '#6 principal red', 'hang up #2', '#7 officer orange']],
  ],
};

describe('a callout', () => {
  it.each(Object.entries(stories))('%s', (_title, lines) => {
    expect(new Told().live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

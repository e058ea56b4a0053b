import { describe, expect, it } from 'vitest';
import {
  POLICY,
  Told,
  blinds,
  fault,
  misses,
  onScreen,
  picksUp,
  release,
  replies,
  right,
  rises,
  time,
} from './story.ts';
import type { Line } from './story.ts';

const RED = rises('red');

const followUps: Record<string, readonly Line[]> = {
  'E25 a new target at an answered level: the one who answered, in the same way, then the ladder after five minutes': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [5, replies(1), []],
    [100, rises('yellow', 'rain'), ['#2 room yellow sms']],
    [399, time, []],
    [400, time, ['hang up #2', '#3 room yellow sms']],
    [580, time, ['#4 officer yellow sms']],
    [600, replies(4), ['hang up #3']],
  ],
  'E25 the one who is called first is the one who answered that level': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [1, onScreen('engineer'), ['hang up #2']],
    [2, right(1), []],
    [3, replies(3), []],
    [9, rises('orange', 'rain'), ['#4 engineer orange']],
  ],
  'news for one who is listening to other news: rung again for it, and nobody else is': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [1, right(1), ['hang up #2']],
    [2, replies(3), []],
    [10, rises('red', 'pipe'), ['#4 principal red']],
    [11, picksUp(4), []],
    [12, rises('orange', 'rain'), []],
    [13, right(4), ['#5 principal orange']],
    [14, right(5), []],
    [9999, time, []],
  ],
  'a late answer to an old call does not settle news that it did not tell': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [180, time, ['#2 officer yellow sms']],
    [190, replies(2), ['hang up #1']],
    [200, rises('yellow', 'rain'), ['#3 officer yellow sms']],
    [210, replies(1), []],
    [500, time, ['#4 room yellow sms']],
  ],
  'a change that is older than what is known changes nothing': [
    [0, rises('red', 'level', 5), ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [5, right(1), ['hang up #2']],
    [6, replies(3), []],
    [7, rises('normal', 'level', 6), []],
    [8, rises('red', 'level', 5), []],
    [9, release, []],
    [10, time, []],
  ],
  'E25 the same target again after it had returned to normal': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [5, replies(1), []],
    [50, rises('blue'), []],
    [60, rises('yellow'), []],
    [70, rises('normal'), []],
    [80, rises('yellow'), ['#2 room yellow sms']],
  ],
  'E25 a sensor goes blind while a callout is open: the present responder, by voice when he answered on the page': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [1, onScreen('principal'), ['hang up #1', 'hang up #2']],
    [2, replies(3), []],
    [600, blinds(2), ['#4 principal red']],
    [899, time, []],
    [900, time, ['hang up #4', '#5 principal red']],
    [901, misses(5), ['#6 deputy red']],
    [905, right(6), []],
  ],
  'nobody is called for blindness alone': [[0, blinds(), []]],
  'news at a level that is still being called goes into the next call, and is followed up when the answer did not cover it':
    [
      [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
      [10, rises('red', 'pipe'), []],
      [20, right(1), ['hang up #2', '#4 principal red']],
      [30, right(4), []],
      [31, replies(3), []],
      [999, time, []],
    ],
  'a record that could not be processed is called as red, once': [
    [0, fault('level_change:7'), ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [1, fault('level_change:7'), []],
    [9, right(1), ['hang up #2']],
    [10, replies(3), []],
    [11, release, []],
    [12, RED, []],
  ],
};

describe('news in a callout', () => {
  it('a sensor under commissioning that goes blind tells nobody, the others with it do', () => {
    const told = new Told({ ...POLICY, commissioning: [7] });
    const lines: readonly Line[] = [
      [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
      [1, onScreen('principal'), ['hang up #1', 'hang up #2']],
      [2, replies(3), []],
      [600, blinds(7), []],
      [601, blinds(7, 2), ['#4 principal red']],
    ];
    expect(told.live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
    expect(told.state?.blind).toEqual([2]);
  });

  it.each(Object.entries(followUps))('%s', (_title, lines) => {
    expect(new Told().live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

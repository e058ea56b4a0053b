import { describe, expect, it } from 'vitest';
import { Told, misses, picksUp, replies, right, rises, stalls, time, wrong } from './story.ts';
import type { Line } from './story.ts';

const ORANGE = rises('orange');
const RED = rises('red');

const ladders: Record<string, readonly Line[]> = {
  'the storm: the officer ignores his phone, the engineer answers orange with one wrong digit, the principal answers red':
    [
      [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
      [59, time, []],
      [60, time, ['#3 engineer orange']],
      [70, wrong(3), []],
      [75, right(3), ['hang up #1']],
      [90, RED, ['#4 principal red', '#5 engineer red']],
      [100, right(4), []],
      [110, replies(2), []],
      [99_999, time, []],
    ],
  'nobody is called for a level without a ladder': [
    [0, rises('blue'), []],
    [99, time, []],
  ],
  'a rise calls for every level it passes, one ladder each, at once': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
  ],
  'E6 no rung before its time': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [59.999, time, []],
    [60, time, ['#4 deputy red', '#5 engineer orange']],
    [119.999, time, []],
    [120, time, ['hang up #1', '#6 principal red', 'hang up #2', '#7 officer orange']],
  ],
  'E29 it is repeated without end while nobody answers': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [180, time, ['#2 officer yellow sms']],
    [360, time, ['hang up #1', '#3 room yellow sms']],
    [540, time, ['hang up #2', '#4 officer yellow sms']],
    [720, time, ['hang up #3', '#5 room yellow sms']],
    [900, time, ['hang up #4', '#6 officer yellow sms']],
  ],
  'a process that slept for an hour climbs one rung, not thirty': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [3600, time, ['#2 officer yellow sms']],
    [3600, time, []],
    [3779, time, []],
    [3780, time, ['hang up #1', '#3 room yellow sms']],
  ],
  'a rise moves no deadline that runs': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [30, RED, ['#3 principal red']],
    [60, time, ['#4 engineer orange']],
    [90, time, ['#5 deputy red']],
  ],
  'E28 a level that clears stops no ladder': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [10, rises('normal'), []],
    [60, time, ['#3 engineer orange']],
    [120, time, ['hang up #1', '#4 officer orange']],
  ],
};

const phones: Record<string, readonly Line[]> = {
  'a busy phone is left at once, from the last rung of a round the deadline is waited for': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [1, misses(1, 'busy'), ['#4 deputy red']],
    [2, misses(4, 'failed'), []],
    [60, time, ['#5 engineer orange']],
    [61, time, ['#6 principal red']],
  ],
  'E12 a phone off the hook, a voicemail, a hang-up is no answer': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [5, picksUp(1), []],
    [9, misses(1, 'hung-up'), ['#4 deputy red']],
    [12, misses(2, 'voicemail'), ['#5 engineer orange']],
    [69, time, ['#6 principal red']],
  ],
  'a phone that rings on after the next rung may still be answered': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [60, time, ['#3 engineer orange']],
    [61, misses(1, 'no-answer'), []],
    [120, time, ['#4 officer orange']],
    [130, right(3), ['hang up #4']],
    [140, replies(2), []],
  ],
  'wrong digits are asked again; after three the same phone rings again in 30 s, and no other is called for it': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [5, wrong(1), []],
    [6, wrong(1), []],
    [7, wrong(1), []],
    [8, right(1), []],
    [36.9, time, []],
    [37, time, ['#3 officer orange']],
    [60, time, ['#4 engineer orange']],
    [70, misses(3), []],
    [75, right(4), []],
  ],
  'nobody is rung again after wrong digits when somebody else has answered': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [60, time, ['#3 engineer orange']],
    [61, wrong(1), []],
    [62, wrong(1), []],
    [63, wrong(1), []],
    [64, right(3), []],
    [94, time, []],
  ],
  'wrong digits on a call that was hung up count for nothing': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [60, time, ['#3 engineer orange']],
    [61, right(3), ['hang up #1']],
    [62, wrong(1), []],
    [63, wrong(1), []],
    [64, wrong(1), []],
    [94, time, []],
  ],
  'a carrier that cannot be reached stops no ladder, and what it may still do is not given up': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [7, stalls(1), ['#3 engineer orange']],
    [8, stalls(1), []],
    [14, stalls(3), []],
    [67, time, ['hang up #1', '#4 officer orange']],
  ],
  'E13 one who may not settle the level has been reached: the next rung is tried at once': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [5, right(1), ['hang up #2', '#3 engineer orange']],
    [10, right(3), []],
  ],
};

describe('a callout climbs its ladders', () => {
  it.each(Object.entries(ladders))('%s', (_title, lines) => {
    expect(new Told().live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

describe('a callout hears what phones did', () => {
  it.each(Object.entries(phones))('%s', (_title, lines) => {
    expect(new Told().live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

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
  stalls,
  time,
  wrong,
} from './story.ts';
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
      [90, RED, ['#4 principal red']],
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

const levels: Record<string, readonly Line[]> = {
  'an answer is for the level that was spoken: called for orange before the red, he settles orange only': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [1, replies(1), []],
    [2, ORANGE, ['#2 officer orange']],
    [3, misses(2), ['#3 engineer orange']],
    [4, RED, ['#4 principal red']],
    [5, right(3), []],
    [64, time, ['#5 deputy red']],
    [65, right(5), ['hang up #4']],
  ],
  'red is settled by nobody but the principal and the deputy': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [1, right(2), ['hang up #3', '#4 engineer orange']],
    [2, right(4), []],
    [3, onScreen('room'), []],
    [4, onScreen('officer'), []],
    [60, time, ['#5 deputy red']],
    [61, right(5), ['hang up #1']],
  ],
  'the answer of the principal for red settles what is milder and his to settle': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [5, right(1), ['hang up #2']],
    [180, time, ['#4 officer yellow sms']],
    [190, replies(4), ['hang up #3']],
  ],
  'a graver level makes the callout call again': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [1, onScreen('engineer'), ['hang up #1']],
    [2, onScreen('room'), ['hang up #2']],
    [500, RED, ['#3 principal red']],
  ],
  'R17 one target clears and another rises in the same minute: that is news': [
    [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
    [5, right(1), ['hang up #2']],
    [6, replies(3), []],
    [600, rises('normal'), []],
    [600, rises('red', 'pipe'), ['#4 principal red']],
    [610, right(4), []],
    [900, time, []],
  ],
};

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

const shared: Record<string, readonly Line[]> = {
  'two levels want one person: one phone, for the graver': [
    [0, RED, ['#1 principal red', '#2 room yellow sms']],
    [60, time, ['#3 deputy red', '#4 engineer orange']],
    [61, right(4), []],
    [62, right(1), ['hang up #3']],
  ],
  'a graver level does not wait for the call that is on the line': [
    [0, ORANGE, ['#1 principal orange', '#2 room yellow sms']],
    [10, picksUp(1), []],
    [20, RED, ['hang up #1', '#3 principal red']],
    [21, right(1), []],
    [60, time, []],
    [80, time, ['#4 deputy red']],
    [90, right(4), ['hang up #3']],
  ],
  'the graver answer settles both': [
    [0, ORANGE, ['#1 principal orange', '#2 room yellow sms']],
    [20, RED, ['hang up #1', '#3 principal red']],
    [25, right(3), []],
    [26, replies(2), []],
    [99, time, []],
  ],
  'a shared phone that is busy is left by both': [
    [0, RED, ['#1 principal red', '#2 room yellow sms']],
    [1, misses(1), ['#3 deputy red', '#4 engineer orange']],
  ],
};

const sharing = {
  ...POLICY,
  ladders: {
    ...POLICY.ladders,
    orange: {
      answeredBy: ['chief-engineer', 'principal'],
      rungs: [
        { contactId: 'principal', medium: 'voice', answerWithinMs: 60_000 },
        { contactId: 'engineer', medium: 'voice', answerWithinMs: 60_000 },
      ],
    },
  },
} as const;

describe.each(Object.entries({ ladders, phones, levels, followUps }))('a callout: %s', (_kind, stories) => {
  it.each(Object.entries(stories))('%s', (_title, lines) => {
    expect(new Told().live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

describe('a callout whose levels share people', () => {
  it.each(Object.entries(shared))('%s', (_title, lines) => {
    expect(new Told(sharing).live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

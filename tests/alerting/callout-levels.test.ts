import { describe, expect, it } from 'vitest';
import {
  POLICY,
  Told,
  blinds,
  misses,
  onScreen,
  picksUp,
  replies,
  right,
  rises,
  time,
  unguarded,
  unverified,
} from './story.ts';
import type { Line } from './story.ts';

const ORANGE = rises('orange');
const RED = rises('red');

const levels: Record<string, readonly Line[]> = {
  'an answer is for the level that was spoken: called for orange before the red, he settles orange only': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [1, replies(1), []],
    [2, ORANGE, ['#2 officer orange']],
    [3, misses(2), ['#3 engineer orange']],
    [4, RED, ['#4 principal red', '#5 room red']],
    [5, right(3), []],
    [64, time, ['#6 deputy red']],
    [65, right(6), ['hang up #4']],
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
    [500, RED, ['#3 principal red', '#4 engineer red', '#5 room red']],
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

const unsettled: Record<string, readonly Line[]> = {
  'an unverified level calls nobody; the change that confirms it does': [
    [0, unverified(RED), []],
    [60, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
  ],
  'an unverified red beside an orange that is called: the orange goes on, the red calls when it is confirmed': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [5, unverified(RED), []],
    [60, time, ['#3 engineer orange']],
    [70, RED, ['#4 principal red']],
  ],
  'an unverified red that turns out to be wrong changes nothing': [
    [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [5, unverified(RED), []],
    [10, ORANGE, []],
    [60, time, ['#3 engineer orange']],
  ],
  'a level by limits that nobody approved calls nobody, also while another is called for': [
    [0, unguarded(RED), []],
    [5, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
    [10, unguarded(rises('red', 'pipe')), []],
    [60, rises('red', 'pipe'), ['#3 principal red']],
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
  'a call that took over for two is left by both when it is busy': [
    [0, ORANGE, ['#1 principal orange', '#2 room yellow sms']],
    [20, RED, ['hang up #1', '#3 principal red']],
    [21, misses(3), ['#4 deputy red', '#5 engineer orange']],
  ],
  'one is rung for the gravest level that is his to settle, whichever ladder he stands on': [
    [0, ORANGE, ['#1 principal orange', '#2 room yellow sms']],
    [1, misses(1), ['#3 engineer orange']],
    [2, RED, ['#4 principal red']],
    [3, misses(4), ['#5 deputy red']],
    [61, time, ['#6 principal red']],
    [62, right(6), ['hang up #3', 'hang up #5']],
  ],
  'news for one whose phone still rings: rung anew, with everything': [
    [0, RED, ['#1 principal red', '#2 room yellow sms']],
    [1, right(1), []],
    [10, rises('red', 'pipe'), ['#3 principal red']],
    [11, rises('orange', 'rain'), ['hang up #3', '#4 principal red']],
    [12, right(4), []],
    [13, replies(2), []],
    [9999, time, []],
  ],
  'news for one who is listening: rung again for it once he has answered': [
    [0, RED, ['#1 principal red', '#2 room yellow sms']],
    [1, right(1), []],
    [10, rises('red', 'pipe'), ['#3 principal red']],
    [11, picksUp(3), []],
    [12, rises('orange', 'rain'), []],
    [13, right(3), ['#4 principal orange']],
    [14, right(4), []],
    [15, replies(2), []],
    [9999, time, []],
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

describe('a callout and its levels', () => {
  it.each(Object.entries(levels))('%s', (_title, lines) => {
    expect(new Told().live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

describe('levels that share people', () => {
  it.each(Object.entries(unsettled))('%s', (_title, lines) => {
    const told = new Told();
    expect(told.live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });

  it.each(Object.entries(shared))('%s', (_title, lines) => {
    expect(new Told(sharing).live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });
});

describe('an answer on the page', () => {
  it('is taken once for what is on the page, and again for news', () => {
    const told = new Told();
    told.live([
      [0, RED, []],
      [1, onScreen('room'), []],
      [2, onScreen('room'), []],
    ]);
    expect(told.state?.answers).toHaveLength(1);
    told.live([
      [3, blinds(), []],
      [4, onScreen('room'), []],
    ]);
    expect(told.state?.answers).toHaveLength(2);
  });

  it('of one who has no duty here is on record, and settles nothing', () => {
    const told = new Told();
    told.live([
      [0, RED, []],
      [1, onScreen('operator'), []],
    ]);
    expect(told.state).toMatchObject({
      phase: 'calling',
      answers: [{ contactId: 'operator', level: null, asked: 'red' }],
    });
    expect(told.notes.at(-1)).toMatchObject({ type: 'answered', facts: { duty: null, level: null, settled: [] } });
  });

  it('of the control room while red stands is recorded as yellow, which it settles: never as red', () => {
    const told = new Told();
    told.live([
      [0, RED, []],
      [1, onScreen('room'), []],
    ]);
    expect(told.state?.answers).toMatchObject([{ contactId: 'room', level: 'yellow', asked: 'red' }]);
    expect(told.notes.filter(({ type }) => type === 'answered')).toMatchObject([
      { facts: { level: 'yellow', asked: 'red', settled: ['yellow'] } },
    ]);
  });
});

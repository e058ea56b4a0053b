import { describe, expect, it } from 'vitest';
import type { Effect } from '../../alerting/callout-event.ts';
import { Told, blinds, misses, onScreen, picksUp, release, replies, right, rises, time } from './story.ts';
import type { Line } from './story.ts';

const ORANGE = rises('orange');
const RED = rises('red');

const lived = (lines: readonly Line[]): Told => {
  const told = new Told();
  expect(told.live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  return told;
};

/** Orange, answered by the engineer; yellow by the room. */
const ANSWERED: readonly Line[] = [
  [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
  [1, replies(2), []],
  [2, misses(1), ['#3 engineer orange']],
  [9, right(3), []],
];

const said = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'inform' ? [effect.say.zh] : []));

describe('those who have answered', () => {
  it('get a message when it rises to red, and one call to confirm it, which outlives the answer for red', () => {
    const told = lived([
      ...ANSWERED,
      [100, RED, ['#4 principal red', '#5 room red', '#6 engineer red']],
      [105, right(4), []],
      [120, misses(5, 'no-answer'), []],
      [130, right(6), []],
      [9999, time, []],
    ]);
    expect(told.notices).toEqual(['100 room: news', '100 engineer: news']);
    expect(said(told.effects)[0]).toMatch(/^示范尾矿库，现为红色。库水位 .*本短信仅作告知，无需回复。$/u);
    expect(told.state?.answers.at(-1)).toMatchObject({ contactId: 'engineer', asked: 'red', level: null });
    expect(told.state?.phase).toBe('answered');
  });

  it('get a message of news at a level that was answered, save the one who is called with it', () => {
    const told = lived([...ANSWERED, [100, rises('orange', 'rain'), ['#4 engineer orange']]]);
    expect(told.notices).toEqual(['100 room: news']);
  });

  it('and who is on the line when it comes are told; who sleeps is called by the ladder alone', () => {
    const told = lived([
      [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
      [5, picksUp(1), []],
      [6, rises('red', 'pipe'), []],
    ]);
    expect(told.notices).toEqual(['6 principal: news']);
  });

  it('E16 hear of several rises within a minute together; of red at once', () => {
    const told = lived([
      ...ANSWERED,
      [100, rises('yellow', 'rain'), ['#4 room yellow sms']],
      [110, rises('yellow', 'pipe'), []],
      [120, blinds(), ['#5 engineer orange']],
      [159, time, []],
      [160, time, []],
      [165, RED, ['#6 principal red', '#7 room red', 'hang up #5', '#8 engineer red']],
    ]);
    expect(told.notices).toEqual(['100 engineer: news', '160 room: news', '165 room: news', '165 engineer: news']);
  });

  it('also hear of it when everything is answered before their minute is over', () => {
    const told = lived([
      ...ANSWERED,
      [100, rises('yellow', 'rain'), ['#4 room yellow sms']],
      [110, rises('orange', 'pipe'), ['#5 engineer orange']],
      [111, onScreen('engineer'), ['hang up #5']],
      [112, onScreen('room'), ['hang up #4']],
      [160, time, []],
    ]);
    expect(told.state?.phase).toBe('answered');
    expect(told.notices).toEqual(['100 engineer: news']);
  });
});

describe('E28 when readings fall back', () => {
  it('all who were called are told once, by message, that it is not over; no ladder stops', () => {
    const told = lived([
      [0, ORANGE, ['#1 officer orange', '#2 room yellow sms']],
      [10, rises('blue'), []],
      [11, rises('normal'), []],
      [60, time, ['#3 engineer orange']],
      [70, right(3), ['hang up #1']],
    ]);
    expect(told.notices).toEqual(['10 officer: cleared', '10 room: cleared']);
    expect(said(told.effects)[0]).toContain('读数回落，尚未解除');
    expect(told.state?.phase).toBe('calling');
  });

  it('but not while something else stands, and again after it rose once more', () => {
    const told = lived([
      ...ANSWERED,
      [100, rises('yellow', 'rain'), ['#4 room yellow sms']],
      [101, replies(4), []],
      [110, rises('normal'), []],
      [120, rises('normal', 'rain'), []],
      [200, rises('yellow', 'rain'), ['#5 room yellow sms']],
      [300, rises('normal', 'rain'), []],
    ]);
    const cleared = told.notices.filter((notice) => notice.endsWith('cleared'));
    expect(cleared.map((notice) => notice.split(' ')[0])).toEqual(['120', '120', '120', '300', '300', '300']);
  });

  it('release is told to all who were called, and nothing after it', () => {
    const told = lived([
      ...ANSWERED,
      [100, rises('normal'), []],
      [110, release, []],
      [9999, time, []],
      [9999, RED, []],
    ]);
    expect(told.notices.slice(3)).toEqual(['110 officer: released', '110 room: released', '110 engineer: released']);
  });
});

describe('a message that tells', () => {
  it('asks for nothing: a reply to it answers nothing and is no wrong one', () => {
    const told = new Told();
    told.live([...ANSWERED, [100, rises('orange', 'rain'), []]]);
    const notice = told.effects.find(({ type }) => type === 'inform');
    const before = told.state;
    told.tell(110, { type: 'replied', attempt: notice?.attempt ?? 0, text: '收到' });
    expect(told.state?.answers).toEqual(before?.answers);
    expect(said(told.effects).join('')).not.toMatch(/请回复|请按/u);
  });
});

describe('news for one whose telephone is still in his hand', () => {
  it('is called out only when he has heard the read-back and hung up', () => {
    const told = lived([
      [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']],
      [5, picksUp(1), []],
      [10, rises('red', 'pipe'), []],
      [20, right(1), ['hang up #2', '#4 principal red']],
    ]);
    const again = told.effects.findLast((effect) => effect.type === 'contact');
    expect(again).toMatchObject({ contactId: 'principal', notBefore: (told.state?.answers[0]?.at ?? 0) + 15_000 });
  });
});

import { describe, expect, it } from 'vitest';
import { dueAt } from '../../alerting/callout.ts';
import { refusesRelease } from '../../alerting/release.ts';
import { MINUTE } from '../../src/core/time.ts';
import {
  RESPONDING,
  START,
  Told,
  counts,
  hangsUp,
  isDone,
  misses,
  onScreen,
  picksUp,
  presses,
  release,
  replies,
  responds,
  right,
  rises,
  texts,
  time,
  wrong,
} from './story.ts';
import type { Hand, Line } from './story.ts';
import type { Happening } from '../../alerting/callout-event.ts';

const RED = rises('red');
const BEGUN: Line = [0, RED, ['#1 principal red', '#2 officer orange', '#3 room yellow sms']];
const ANSWERED: readonly Line[] = [BEGUN, [10, right(1), ['hang up #2']], [11, replies(3), []]];

const stories: Record<string, readonly Line[]> = {
  'answered, and put down without another word: answered, and called again after ten minutes, he first': [
    ...ANSWERED,
    [12, hangsUp(1), []],
    [609, time, []],
    [610, time, ['#4 principal red']],
    [611, misses(4), ['#5 principal red']],
    [612, misses(5), ['#6 deputy red']],
    [615, right(6), []],
    [616, presses(6, '1'), []],
    [9999, time, []],
  ],
  'I take it in hand: nobody is called any more': [
    ...ANSWERED,
    [12, presses(1, '1'), []],
    [13, hangsUp(1), []],
    [9999, time, []],
  ],
  'a key is said once, however often it comes, and however late': [
    ...ANSWERED,
    [12, presses(1, '1'), []],
    [13, presses(1, '1'), []],
    [14, right(1), []],
    [15, hangsUp(1), []],
    [16, presses(1, '1'), []],
    [9999, time, []],
  ],
  'an answer again without a response is called again again': [
    ...ANSWERED,
    [610, time, ['#4 principal red']],
    [620, right(4), []],
    [1219, time, []],
    [1220, time, ['#5 principal red']],
    [1230, right(5), []],
    [1231, presses(5, '2'), []],
  ],
  'stop work is reported done within half an hour, or called again': [
    ...ANSWERED,
    [20, presses(1, '2'), []],
    [21, hangsUp(1), []],
    [1819, time, []],
    [1820, time, ['#4 principal red']],
    [1821, isDone(1), ['hang up #4']],
    [9999, time, []],
  ],
  'evacuate is pressed twice: once orders nothing': [
    ...ANSWERED,
    [20, presses(1, '3'), []],
    [21, hangsUp(1), []],
    [610, time, ['#4 principal red']],
  ],
  'I cannot: the person after him at once, and never him in this round': [
    ...ANSWERED,
    [20, presses(1, '8'), ['#4 deputy red', '#5 officer orange']],
    [21, misses(4), []],
    [80, time, ['#6 deputy red', '#7 engineer orange']],
    [85, right(6), []],
    [86, presses(6, '1'), []],
    [87, right(7), ['hang up #5']],
    [9999, time, []],
  ],
  'somebody else answered: his number is suspended, nothing is settled, the person after him at once': [
    ...ANSWERED,
    [20, presses(1, '9'), ['suspend #1', '#4 deputy red', '#5 officer orange']],
    [25, presses(1, '9'), []],
    [80, time, ['hang up #4', '#6 deputy red', '#7 engineer orange']],
  ],
  'whose number is suspended is stepped over by what is news later': [
    ...ANSWERED,
    [20, presses(1, '9'), ['suspend #1', '#4 deputy red', '#5 officer orange']],
    [30, right(4), []],
    [31, presses(4, '1'), []],
    [60, rises('normal'), []],
    [61, rises('red', 'pipe'), ['#6 deputy red']],
    [400, time, ['hang up #6', '#7 deputy red', '#8 engineer orange']],
  ],
  'by message: the code first, then a key; full-width, and with words around it': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [1, texts(1, '1'), []],
    [2, replies(1), []],
    [3, texts(1, '收到，８。'), ['#2 officer yellow sms']],
    [4, replies(2), []],
    [5, texts(2, '３３'), []],
  ],
  'a sentence with a number in it is no key': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [1, replies(1), []],
    [2, texts(1, '8号坝段有渗水'), []],
    [3, texts(1, '8点到现场'), []],
  ],
  'on the page: the room says what the principal ordered, who has answered': [
    ...ANSWERED,
    [20, responds('principal', 'patrol'), []],
    [9999, time, []],
  ],
  'on the page, on the word of one who has not answered: on record, and no response': [
    ...ANSWERED,
    [20, responds('deputy', 'patrol'), []],
    [610, time, ['#4 principal red']],
  ],
  'the room stops work before anybody who may has answered: its word settles no red': [
    BEGUN,
    [5, responds('room', 'stop-work'), ['hang up #3']],
    [10, right(1), ['hang up #2']],
    [610, time, ['#4 principal red']],
  ],
  'a graver level wants a response of its own': [
    [0, rises('orange'), ['#1 officer orange', '#2 room yellow sms']],
    [1, misses(1), ['#3 engineer orange']],
    [2, right(3), []],
    [3, presses(3, '1'), []],
    [4, replies(2), []],
    [60, RED, ['#4 principal red', '#5 engineer red', '#6 room red']],
    [65, right(4), []],
    [665, time, ['#7 principal red']],
  ],
  'a level that falls silences nothing: a response is owed all the same': [
    ...ANSWERED,
    [20, rises('normal'), []],
    [610, time, ['#4 principal red']],
  ],
  'E12 a machine that picks up, listens and hangs up is no human being': [
    BEGUN,
    [5, picksUp(1), []],
    [30, hangsUp(1), ['#4 deputy red']],
    [31, misses(4, 'voicemail'), []],
    [60, time, ['#5 engineer orange']],
    [90, time, ['#6 principal red']],
  ],
  'E12 keys of a call assistant or a pocket end the call after three, and answer nothing': [
    BEGUN,
    [5, presses(1, '1'), []],
    [6, presses(1, '#'), []],
    [7, presses(1, '1'), []],
    [8, presses(1, '1'), []],
    [37, time, ['#4 principal red']],
  ],
  'E32 no key and no message takes a telephone out of duty without a row that says so': [
    [0, rises('yellow'), ['#1 room yellow sms']],
    [1, texts(1, 'STOP'), []],
    [2, texts(1, '退订 TD'), []],
    [180, time, ['#2 officer yellow sms']],
    [360, time, ['hang up #1', '#3 room yellow sms']],
  ],
};

it('whoever still listens after his answer is hung up for another call to him: else he would find the line engaged', () => {
  const told = new Told(RESPONDING);
  told.live([...ANSWERED, [610, time, []]]);
  expect(told.effects.slice(-2)).toMatchObject([
    { type: 'cancel', attempt: 1, why: 'freed' },
    { type: 'contact', contactId: 'principal' },
  ]);
});

it('a ladder that is left with one telephone does not spin while that misses', () => {
  const told = new Told(RESPONDING);
  told.live([...ANSWERED, [20, presses(1, '8'), []]]);
  const calls = Array.from({ length: 20 }, (_, i) => {
    const open = told.state?.attempts.findLast((one) => one.open && one.contactId === 'deputy');
    return open === undefined ? [] : told.tell(21 + i, misses(open.number));
  });
  expect(calls.flat()).toEqual([]);
});

describe('call, answer, respond', () => {
  it.each(Object.entries(stories))('%s', (_title, lines) => {
    expect(new Told(RESPONDING).live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });

  it('tells its stage: calling, answered, responding, released, and when the next thing is owed', () => {
    const told = new Told(RESPONDING);
    const seen: unknown[] = [];
    const see = (second: number, event: Happening | Hand) => {
      told.tell(second, event);
      const due = told.state && dueAt(told.state);
      seen.push([told.state?.phase, due === null ? null : (due - START) / 1000]);
    };
    see(0, RED);
    see(10, right(1));
    see(11, replies(3));
    see(20, presses(1, '2'));
    see(30, isDone(1));
    see(40, rises('normal'));
    see(50, release);
    expect(seen).toEqual([
      ['calling', 60],
      ['calling', 180],
      ['answered', 610],
      ['responding', 1820],
      ['responding', null],
      ['responding', null],
      ['released', null],
    ]);
  });

  it('keeps every key with its call, and what was ordered on whose word', () => {
    const told = new Told(RESPONDING);
    told.live([...ANSWERED, [20, presses(1, '7'), []], [21, presses(1, '3'), []], [22, presses(1, '3'), []]]);
    const of = (type: string) => told.notes.filter((note) => note.type === type).map(({ facts }) => facts);
    expect(of('key').map(({ key, contactId }) => [contactId, key])).toContainEqual(['principal', '3']);
    expect(of('responded')).toMatchObject([{ kind: 'evacuate', contactId: 'principal', level: 'red', by: null }]);
    expect(told.state?.orders).toMatchObject([{ headCount: { expected: null, accounted: 0 }, done: null }]);
  });

  it('an answer that was declined stays on record, and settles nothing any more', () => {
    const told = new Told(RESPONDING);
    told.live([...ANSWERED, [20, presses(1, '8'), []]]);
    expect(told.state?.answers).toMatchObject([{ contactId: 'principal', level: 'red' }, { contactId: 'room' }]);
    expect(told.state?.runs.filter(({ withdrawn }) => withdrawn !== undefined)).toHaveLength(2);
    expect(told.state?.phase).toBe('calling');
    const declined = told.notes.find(({ type }) => type === 'declined');
    expect(declined?.facts).toMatchObject({ contactId: 'principal', attempt: 1, levels: ['red', 'orange'] });
  });

  it('E30 an answer has an end where nothing follows it; what was responded to has none, and the level holds it open', () => {
    const told = new Told(RESPONDING);
    told.live([...ANSWERED, [20, presses(1, '1'), []]]);
    expect(told.tell(30 * 86_400, time)).toEqual([]);
    expect(told.state && refusesRelease(RESPONDING, told.state, { inspection: 'x' })).toBe('level-stands');
    const silent = new Told(RESPONDING);
    silent.live(ANSWERED);
    expect(silent.tell(610, time)).toContain('#4 principal red');
  });

  it('the text of the second call says that nobody has said what is done', () => {
    const told = new Told(RESPONDING);
    told.live([...ANSWERED, [610, time, []]]);
    const call = told.effects.findLast((effect) => effect.type === 'contact');
    expect(call?.say.zh).toContain('已有人应答，但尚无人报告处置；库水位 338.95 米');
  });

  it('E31 a message without the code is asked for the code at most three times', () => {
    const told = new Told();
    told.live([
      [0, rises('yellow'), []],
      [1, texts(1, '收到'), []],
      [2, texts(1, '收到'), []],
    ]);
    expect(told.state?.attempts[0]).toMatchObject({ hints: 2, wrongDigits: 0, confirmed: false });
  });
});

describe('an evacuation', () => {
  const evacuating = (): Told => {
    const told = new Told(RESPONDING);
    told.live([...ANSWERED, [20, responds('principal', 'evacuate', { expected: 42, route: 'north road' }), []]]);
    told.tell(21, rises('normal'));
    return told;
  };
  const refusal = (told: Told, openOrders?: string) =>
    told.state && refusesRelease(RESPONDING, told.state, { inspection: 'x', openOrders });

  it('is open until all are accounted for', () => {
    const told = evacuating();
    expect(refusal(told)).toBe('orders-open');
    told.tell(30, counts(1, 41, 42));
    expect(refusal(told)).toBe('orders-open');
    told.tell(40, counts(1, 42, 42));
    expect(told.state?.orders?.[0]?.done).toMatchObject({ by: 'operator' });
    expect(refusal(told)).toBe(null);
  });

  it('or until a person closes it with a note, or the callout with a reason', () => {
    const told = evacuating();
    expect(refusal(told, 'two refuse, the police are with them')).toBe(null);
    told.tell(30, isDone(1));
    expect(refusal(told)).toBe(null);
  });

  it('a count of nobody expected closes nothing', () => {
    const told = evacuating();
    told.tell(30, counts(1, 0, 0));
    expect(refusal(told)).toBe('orders-open');
  });
});

describe('a release', () => {
  it('of orange and red says who inspected and what was found; of yellow it need not', () => {
    const told = new Told();
    told.live([
      [0, RED, []],
      [1, onScreen('principal'), []],
      [2, replies(3), []],
      [3, rises('normal'), []],
    ]);
    expect(told.state && refusesRelease(RESPONDING, told.state, {})).toBe('not-inspected');
    expect(told.state && refusesRelease(RESPONDING, told.state, { inspection: ' ' })).toBe('not-inspected');
    const yellow = new Told();
    yellow.live([
      [0, rises('yellow'), []],
      [1, replies(1), []],
      [2, rises('normal'), []],
    ]);
    expect(yellow.state && refusesRelease(RESPONDING, yellow.state, {})).toBe(null);
  });
});

it('a state that was stored before there were responses is read, and its callout goes on', () => {
  const told = new Told(RESPONDING);
  told.live([BEGUN, [1, wrong(1), []]]);
  // As it was written: none of the keys that came later.
  told.state = JSON.parse(JSON.stringify(told.state)) as typeof told.state;
  expect(told.tell(10, right(1))).toEqual(['hang up #2']);
  expect(told.state && dueAt(told.state)).toBe(START + 3 * MINUTE);
});

import { describe, expect, it } from 'vitest';
import type { Effect, Happening } from '../../alerting/callout-event.ts';
import { readBack, wrongDigit } from '../../alerting/message.ts';
import { PHRASES } from '../../alerting/phrases.ts';
import { replyToDigit, replyToPickUp } from '../../alerting/spoken-reply.ts';
import type { LevelCause } from '../../src/core/level-change.ts';
import { MINUTE, plus } from '../../src/core/time.ts';
import {
  POLICY,
  START,
  Told,
  blinds,
  fault,
  misses,
  release,
  replies,
  right,
  rises,
  sees,
  unguarded,
  unverified,
  wrong,
} from './story.ts';
import type { Hand } from './story.ts';

/** Tells a story and returns what was said last, without the code. */
function said(...events: readonly (Happening | Hand)[]): { readonly zh: string; readonly en: string } {
  const told = new Told();
  events.forEach((event, second) => told.tell(second, event));
  const contact = told.effects.findLast(
    (effect): effect is Extract<Effect, { type: 'contact' }> => effect.type === 'contact',
  );
  const say = contact?.say ?? { zh: '', en: '' };
  const without = (text: string) => text.replace(/(?<=按 |回复 |Press |Reply )\d+/u, 'N');
  return { zh: without(say.zh), en: without(say.en) };
}

describe('what is spoken and written', () => {
  it('names site, level, target, value, limit and the key', () => {
    expect(said(rises('orange'), misses(1))).toEqual({
      zh: '示范尾矿库，橙色预警叫应。库水位 338.95 米，橙色限值 338.89 米。请按 N 确认。',
      en: 'Demo pond: orange warning. Pond level 338.95 metres, orange limit 338.89 metres. Press N to confirm.',
    });
  });

  it('names the code in a message', () => {
    expect(said(rises('yellow')).zh).toBe(
      '示范尾矿库，黄色预警叫应。库水位 338.95 米，黄色限值 338.89 米。请回复 N 确认。',
    );
  });

  it('says the level that stands first, then the milder one at which this person is asked', () => {
    expect(said(rises('orange'), rises('red'), misses(1))).toEqual({
      zh: '示范尾矿库，现为红色；请您应答橙色。库水位 338.95 米，红色限值 338.89 米。请按 N 确认。',
      en: 'Demo pond: now red; you are asked to answer orange. Pond level 338.95 metres, red limit 338.89 metres. Press N to confirm.',
    });
    expect(said(rises('red')).zh).toBe(
      '示范尾矿库，现为红色；请您应答黄色。库水位 338.95 米，红色限值 338.89 米。请回复 N 确认。',
    );
    expect(said(rises('red'), rises('orange'), misses(2)).zh).toContain('，橙色预警叫应。');
  });

  it('says that a level has receded when it has, and still what it was', () => {
    expect(said(rises('orange'), rises('normal'), misses(1)).zh).toContain('橙色限值 338.89 米，现为正常，338.95 米');
  });

  it('tells the news first, and counts what is too much', () => {
    const text = said(
      rises('yellow'),
      rises('yellow', 'pipe'),
      rises('yellow', 'rain'),
      rises('yellow', 'x'),
      replies(1),
    );
    expect(text.zh).toContain('。浸润线 ');
    expect(text.zh).toContain('；另有 1 处预警');
  });

  it('tells news that came while it was being called, even when it has passed', () => {
    const text = said(rises('red'), rises('red', 'pipe'), rises('normal', 'pipe'), misses(1));
    expect(text.zh).toContain('浸润线 338.95 米，红色限值 338.89 米，现为正常');
  });

  it('tells blindness and faults of our own', () => {
    expect(said(rises('yellow'), replies(1), blinds(1, 2)).zh).toContain('；2 个传感器失去数据');
    expect(said(fault('level_change:1'), misses(1)).zh).toContain('监测系统故障');
  });

  it('counts a sensor once however often it is lost, and not while it is back', () => {
    const lost = Array.from({ length: 6 }, () => [blinds(7), sees(7)]).flat();
    expect(said(rises('orange'), ...lost, blinds(7), blinds(8, 9), sees(9), misses(1)).zh).toContain(
      '；2 个传感器失去数据',
    );
    expect(said(rises('orange'), ...lost, misses(1)).zh).not.toContain('传感器');
  });

  it('names no level that is unverified or unguarded, and goes on naming what is verified beneath', () => {
    const text = said(rises('orange'), unverified(rises('red')), unguarded(rises('red', 'pipe')), misses(1));
    expect(text.zh).toContain('橙色预警叫应。库水位 338.95 米，橙色限值 338.89 米。');
  });

  const since = (minutes: number, cause: LevelCause = 'reached'): Happening => {
    const source = { cause, observedAt: START, recordedAt: plus(START, minutes * MINUTE) };
    return { ...rises('orange'), source } as Happening;
  };

  it('R24 says when it was measured and when it came, and how late, if that was not just now', () => {
    expect(said(since(4), misses(1)).zh).toContain('橙色限值 338.89 米。');
    expect(said(since(125), misses(1))).toEqual({
      zh: '示范尾矿库，橙色预警叫应。库水位 338.95 米，橙色限值 338.89 米（7月1日08:00测得，7月1日10:05收到，迟 125 分钟）。请按 N 确认。',
      en: 'Demo pond: orange warning. Pond level 338.95 metres, orange limit 338.89 metres (measured 08:00 on 1 July, received 10:05 on 1 July, 125 minutes late). Press N to confirm.',
    });
    expect(said(since(125, 'confirmed-by-neighbour'), misses(1)).zh).toContain('338.89 米（7月1日08:00测得）。');
  });

  it('says that no data came after a level that silence confirmed', () => {
    expect(said(since(3, 'confirmed-by-silence'), misses(1))).toEqual({
      zh: '示范尾矿库，橙色预警叫应。库水位 338.95 米，橙色限值 338.89 米（7月1日08:00测得，此后无数据，仪器可能已损毁）。请按 N 确认。',
      en: 'Demo pond: orange warning. Pond level 338.95 metres, orange limit 338.89 metres (measured 08:00 on 1 July, then no data: the instrument may be destroyed). Press N to confirm.',
    });
  });

  it('calls a target without a name by its id', () => {
    expect(said(rises('yellow', 'pond/new')).en).toContain('pond/new 338.95, yellow limit');
  });

  it('says the same things in both languages', () => {
    expect(Object.keys(PHRASES.en)).toEqual(Object.keys(PHRASES.zh));
    expect(Object.values(PHRASES.en).every((phrase) => phrase !== '')).toBe(true);
  });
});

describe('what is said after a key', () => {
  const say = { zh: '请按 7 确认。', en: 'Press 7.' };
  const line = (told: Told, attempt: number) => {
    if (told.state === null) throw new Error('no callout');
    return { policy: POLICY, callout: told.state, attempt, say };
  };
  const after = (...events: readonly (Happening | Hand)[]) => {
    const told = new Told();
    events.forEach((event, second) => told.tell(second, event));
    return told;
  };

  const key = (told: Told, attempt: number) => told.code(attempt);
  const MENU = '我来处置请按 1，停工请按 2，撤离请按 3，我无法处理请按 8，打错了人请按 9。';

  it('E13 the right one is read back: confirmed, level, target; then what he may say besides, on the same line', () => {
    const told = after(rises('red'), right(1));
    // What nobody was asked about yet follows him up: he would find the line engaged.
    expect(replyToDigit(line(told, 1), key(told, 1))).toEqual({
      say: `已确认，红色，库水位。${MENU}`,
      gather: { digits: 1 },
    });
  });

  it('E13 the read-back names what was settled: the milder level that was asked, or that nothing was', () => {
    const said = (told: Told, attempt: number) => replyToDigit(line(told, attempt), key(told, attempt)).say;
    expect(said(after(rises('red'), misses(2), right(4)), 4)).toBe(`已确认，橙色，库水位。${MENU}`);
    expect(said(after(rises('orange'), right(1)), 1)).toBe(`已确认，黄色，库水位。${MENU}`);
    const late = after(rises('orange'), misses(1), right(3), replies(2), right(1));
    expect(said(late, 1)).toBe(`已记录，但未结束任何叫应：橙色须由有权人员确认，或已由他人确认。${MENU}`);
  });

  it('one who is rung again at once, with what he was not told, is not kept on the line', () => {
    const told = after(rises('red'), rises('red', 'pipe'), right(1));
    expect(replyToDigit(line(told, 1), key(told, 1))).toEqual({ say: '已确认，红色，库水位。', hangup: true });
  });

  it('a wrong one: the text again; the third: good-bye for now', () => {
    expect(replyToDigit(line(after(rises('red'), wrong(1)), 1), '0')).toEqual({
      say: `按键不正确。${say.zh}`,
      gather: { digits: 1 },
    });
    expect(replyToDigit(line(after(rises('red'), wrong(1), wrong(1), wrong(1)), 1), '0')).toEqual({
      say: '三次按键不正确，稍后将再次呼叫。',
      hangup: true,
    });
  });

  it('E4 one who picks up, or presses, when it is over hears that nothing is left to do', () => {
    const over = after(rises('orange'), misses(1), right(3), replies(2), rises('normal'), release);
    const farewell = { say: '本次叫应已由他人确认或已结束，无需操作。', hangup: true };
    expect([replyToPickUp(line(over, 1)), replyToDigit(line(over, 1), '5'), replyToPickUp(line(over, 99))]).toEqual([
      farewell,
      farewell,
      farewell,
    ]);
  });

  it('a phone that is wanted says its text', () => {
    expect(replyToPickUp(line(after(rises('red')), 1))).toEqual({});
  });

  it('has both languages', () => {
    const told = after(rises('red'), right(1));
    const attempt = told.state?.attempts[0];
    expect(attempt && readBack(POLICY, line(told, 1).callout, attempt).en).toBe('Confirmed: red, Pond level.');
    expect(wrongDigit(say).en).toBe('Wrong key. Press 7.');
  });
});

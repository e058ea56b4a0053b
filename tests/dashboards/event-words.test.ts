import { describe, expect, it } from 'vitest';
import { eventLine } from '../../dashboards/src/format/event-line.ts';
import { problemText } from '../../dashboards/src/format/problem.ts';
import { sayIn } from '../../dashboards/src/words/say.ts';
import type { LiveEvent } from '../../src/contract/live.ts';
import { LEVEL_CAUSES } from '../../src/core/level-change.ts';
import { NOW, sampleEvents, sampleSite } from './support/sample-site.ts';

const en = sayIn('en');
const zh = sayIn('zh');
const site = sampleSite();
type LevelChange = Extract<LiveEvent, { log: 'levelChange' }>;
const rise = (changes: Partial<LevelChange>): LevelChange => {
  const red = sampleEvents().find((event): event is LevelChange => event.log === 'levelChange' && event.to === 'red');
  if (red === undefined) throw new Error('the sample has a rise to red');
  return { ...red, ...changes };
};
const line = (event: LiveEvent, say = zh): string => eventLine(event, site, say).text;
const callout = (type: string, facts: Record<string, unknown>): LiveEvent => ({
  log: 'calloutEvent',
  position: 1,
  siteId: 'demo-pond',
  calloutId: null,
  type,
  at: NOW,
  facts,
});

describe('a callout that fails', () => {
  it('E29 names those who have to be sought at their doors', () => {
    const failed = callout('call-failed', { level: 'red', rounds: 2, unreached: ['principal', 'deputy'] });
    expect(line(failed)).toMatch(/^叫应失败：红.*上门查找：.*、.*。呼叫仍在继续$/);
    expect(line(failed)).not.toContain('principal');
    expect(line(callout('duty-gap', { level: 'red', rung: 0, who: [] }))).toMatch(/^值班空缺/);
  });
});

describe('a change of level', () => {
  it('says that nobody is called while it is unverified, or where it is not guarded', () => {
    expect(line(rise({ cause: 'reached-doubtful', verified: false }))).toBe(
      '库水位 升为红（读数存疑）：338.893 m，限值 338.89 m；未核实，不呼叫',
    );
    expect(line(rise({ guarded: false }))).toMatch(/；限值未批准或测点在调试，不拨电话$/);
    expect(line(rise({ guarded: false, verified: false }))).not.toContain('未核实');
  });

  it.each([
    ['confirmed-by-reading', '库水位 红级经复测确认：338.893 m，限值 338.89 m'],
    ['confirmed-by-neighbour', '库水位 红级经邻点印证：338.893 m，限值 338.89 m'],
    ['confirmed-by-silence', '库水位 达到红级后失联，按属实处理：338.893 m'],
    ['now-guarded', '库水位 红级转入值守，开始呼叫'],
    ['something-new', '库水位 仍为红级：338.893 m'],
  ])('that stays says what it became: %s', (cause, text) => {
    expect(line(rise({ from: 'red', to: 'red', cause }))).toBe(text);
  });

  it('has a sentence for every cause, in both languages', () => {
    for (const cause of LEVEL_CAUSES)
      for (const say of [zh, en])
        expect(line(rise({ from: 'red', to: 'red', cause }), say)).not.toMatch(/[{}]|undefined|NaN/);
  });
});

describe('an exceedance that was found late', () => {
  it('says what was measured, when, and what stood when it came', () => {
    const late: LiveEvent = {
      log: 'lateExceedance',
      position: 1,
      siteId: 'demo-pond',
      target: 'demo-pond/piezo-2',
      sensorId: 4,
      level: 'orange',
      standing: 'normal',
      observedAt: NOW - 3_600_000,
      receivedAt: NOW,
      value: 331.6,
      limit: 331.5,
    };
    expect(eventLine(late, site, zh)).toEqual({
      at: NOW,
      mark: 'orange',
      text: '2 号浸润线 迟到超限：01:30:00 测得 331.60 m，橙限值 331.50 m，收到时为正常',
    });
    expect(line(late, en)).toContain('Found late: Piezometer 2 reached 331.60 m');
  });
});

describe('what calls and does not call', () => {
  it('that the engineer was told, by the name of the sensor', () => {
    const told = callout('engineer-told', { target: 'demo-pond/rain', level: 'orange' });
    expect(line(told)).toBe('已告知工程师：24 小时降雨 达到橙级，不拨电话');
    expect(eventLine(told, site, zh).mark).toBe('orange');
    expect(line(callout('engineer-told', { target: 'demo-pond/gone', level: 'red' }), en)).toContain('demo-pond/gone');
  });

  it('what was done while the database was away', () => {
    expect(line(callout('dark-began', { since: NOW }))).toBe('数据库中断，改由磁盘名单呼叫');
    expect(line(callout('dark-ended', { attempts: 1 }), en)).toContain('The database is back');
  });
});

describe('a refusal of the server', () => {
  it('names the field in words', () => {
    expect(problemText(zh, 'request/invalid', 'substitute.who')).toBe('“替代巡查人”填写不对，请检查。');
    expect(problemText(en, 'request/invalid', 'moon')).toBe('"moon" was not accepted.');
    expect(problemText(zh, 'point/last-eye', 'substitute')).toContain('替代巡查');
  });
});

import { describe, expect, it } from 'vitest';
import { ageInWords, countdown, lengthInWords } from '../../dashboards/src/format/age.ts';
import { moment, timeOfDay } from '../../dashboards/src/format/clock.ts';
import { announcementText } from '../../dashboards/src/format/announcement.ts';
import { attemptText } from '../../dashboards/src/format/attempt-text.ts';
import { eventLine } from '../../dashboards/src/format/event-line.ts';
import { problemText } from '../../dashboards/src/format/problem.ts';
import { decimalsApart, decimalsOf, decimalsWritten, fixed, fixedApart } from '../../dashboards/src/format/value.ts';
import { sayIn } from '../../dashboards/src/words/say.ts';
import { NOW, sampleCallout, sampleEvents, sampleSite } from './support/sample-site.ts';

const en = sayIn('en');
const zh = sayIn('zh');

describe('ages', () => {
  it.each([
    [-5_000, '0 s'],
    [0, '0 s'],
    [47_900, '47 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [20 * 60_000 + 5_000, '20 min'],
    [2 * 3_600_000 + 10 * 60_000, '2 h 10 min'],
    [30 * 3_600_000, '30 h'],
    [4.5 * 86_400_000, '4 d'],
  ])('%i ms is %s', (length, words) => {
    expect(lengthInWords(en, length)).toBe(words);
  });

  it('say how long ago, in both languages', () => {
    expect(ageInWords(zh, 1_500)).toBe('刚刚');
    expect(ageInWords(zh, 125_000)).toBe('2 分 5 秒前');
    expect(ageInWords(en, 125_000)).toBe('2 min 5 s ago');
  });

  it.each([
    [-1, '0:00'],
    [0, '0:00'],
    [1, '0:01'],
    [43_000, '0:43'],
    [60_000, '1:00'],
    [3_661_000, '1:01:01'],
  ])('%i ms left counts down as %s', (left, text) => {
    expect(countdown(left)).toBe(text);
  });
});

describe('values', () => {
  it('have the decimals of their unit, or of their limits', () => {
    expect(decimalsOf('mm')).toBe(1);
    expect(decimalsOf('m', [338.7, 338.86])).toBe(2);
    expect(decimalsOf('m', [1.2345])).toBe(4);
  });

  it('never look like a limit they are not on, nor a distance like nothing', () => {
    const limits = [338.8, 338.89];
    expect(decimalsApart(338.888, limits, 2)).toBe(3);
    expect(decimalsApart(338.75, limits, 2)).toBe(2);
    expect(decimalsApart(338.89, limits, 2)).toBe(2);
    // The noise of its arithmetic: no number of decimals would tell.
    expect(decimalsApart(338.889999999999, limits, 2)).toBe(2);
    expect([fixedApart(0.004, 2), fixedApart(0.06, 2), fixedApart(0, 2)]).toEqual(['0.004', '0.06', '0.00']);
  });

  it('are written out as far as a message has them, without the noise of their arithmetic', () => {
    expect(decimalsWritten(338.893, 338.89, 2)).toBe(3);
    expect(decimalsWritten(52.800000000000004, 50, 1)).toBe(1);
    expect(decimalsWritten(0.8499999999999999, 0.85, 2)).toBe(2);
  });

  it('never read minus nothing, and have a true minus', () => {
    expect(fixed(-0.001, 2)).toBe('0.00');
    expect(fixed(-1.5, 1)).toBe('−1.5');
    expect(fixed(338.912, 2)).toBe('338.91');
  });
});

describe('times', () => {
  it("are in the site's zone, and midnight is 00", () => {
    expect(timeOfDay(NOW, 'Asia/Shanghai', 'zh')).toBe('02:30:00');
    expect(timeOfDay(Date.UTC(2026, 0, 1, 16), 'Asia/Shanghai', 'en')).toBe('00:00:00');
  });

  it('carry their date when they are not of today', () => {
    expect(moment(NOW - 60_000, NOW, 'Asia/Shanghai', 'zh')).toBe('02:29:00');
    expect(moment(NOW - 48 * 3_600_000, NOW, 'Asia/Shanghai', 'zh')).toMatch(/07\D12 02:30:00/);
    expect(moment(NOW - 900 * 86_400_000, NOW, 'Asia/Shanghai', 'zh')).toMatch(/^2024/);
  });
});

describe('lines of the event log', () => {
  const site = sampleSite();
  const lines = (say: typeof zh) => sampleEvents().map((event) => eventLine(event, site, say).text);

  it('read as sentences in Chinese', () => {
    expect(lines(zh)).toEqual([
      '24 小时降雨 升为蓝：51.2 mm，限值 50.0 mm',
      '库水位 升为黄：338.81 m，限值 338.80 m',
      '24 小时降雨 升为橙：140.4 mm，限值 140.0 mm',
      '1 号浸润线 升为蓝：331.02 m，限值 331.00 m',
      '库水位 升为红：338.893 m，限值 338.89 m',
      '2 号浸润线 失联：连续三个周期无数据',
      '开始橙级叫应',
      '电话呼叫 王建军',
      '电话 王建军：无人接听',
      '电话呼叫 李秀英',
      '李秀英 按错键，已重播',
      '李秀英 应答（电话）：橙级停止呼叫',
      '叫应升为红级',
      '电话呼叫 陈明远',
    ]);
  });

  it('read as sentences in English, with no gap left', () => {
    for (const line of lines(en)) expect(line).not.toMatch(/[{}]|undefined|[\u4e00-\u9fff]/u);
    expect(lines(en)[11]).toBe('Li Xiuying answered (phone): orange calls stop');
  });

  it('say that a reading was doubtful, and what fell', () => {
    const [first] = sampleEvents();
    if (first?.log !== 'levelChange') throw new Error('the sample begins with a level change');
    expect(eventLine({ ...first, cause: 'reached-doubtful' }, site, en).text).toContain('doubtful reading');
    expect(eventLine({ ...first, from: 'red', to: 'orange', cause: 'receded' }, site, en).text).toBe(
      '24 h rainfall fell from red to orange: 51.2 mm',
    );
  });

  it('tell an answer by what it settled, not by what was asked', () => {
    const given = (settled: string[]) =>
      eventLine(
        {
          log: 'calloutEvent',
          position: 1,
          siteId: 'demo-pond',
          calloutId: null,
          type: 'answered',
          at: NOW,
          facts: { contactId: 'control-room', medium: 'screen', asked: 'red', settled },
        },
        site,
        zh,
      );
    expect(given(['yellow'])).toMatchObject({ mark: 'yellow', text: '值班室 应答（值班台）：黄级停止呼叫' });
    expect(given([])).toMatchObject({ mark: 'plain', text: '值班室 已知悉（值班台），未停止任何级别的呼叫' });
  });

  it('tell who works on which point, and why', () => {
    const told = (type: string, facts: Record<string, string>) =>
      eventLine(
        { log: 'calloutEvent', position: 1, siteId: 'demo-pond', calloutId: null, type, at: NOW, facts },
        site,
        zh,
      ).text;
    expect(told('maintenance-started', { who: '王工', point: 'P1', note: '更换电缆' })).toBe(
      '王工 开始检修 P1：更换电缆',
    );
    expect(told('maintenance-ended', { who: '王工', point: 'P1' })).toBe('王工 结束检修 P1');
  });

  it('keep an event of a newer server readable', () => {
    const odd = {
      log: 'calloutEvent',
      position: 1,
      siteId: 'demo-pond',
      calloutId: null,
      type: 'siren',
      at: NOW,
      facts: { level: 7 },
    } as const;
    expect(eventLine(odd, site, en)).toEqual({ at: NOW, mark: 'plain', text: 'Callout: siren' });
  });
});

describe('what a phone does', () => {
  it('is told in the words of its medium: a message is cancelled, not hung up', () => {
    const told = (medium: string) => attemptText(en, { medium, outcome: null, status: 'cancelling' });
    expect([told('voice'), told('sms')]).toEqual(['hanging up', 'being cancelled']);
    expect(attemptText(zh, { medium: 'sms', outcome: 'cancelled', status: 'ended' })).toContain('撤回');
    expect(attemptText(zh, { medium: 'sms', outcome: 'delivered', status: 'ended' })).toBe('已送达，未回复');
  });
});

describe('what is read out', () => {
  const calling = { type: 'calling', contactIds: ['principal', 'chief'] } as const;
  const site = sampleSite(NOW, { callout: sampleCallout() });

  it('is said in the present language, and only while it is true', () => {
    expect(announcementText(calling, site, { live: true, say: zh })).toBe('正在呼叫 陈明远。');
    expect(announcementText(calling, site, { live: true, say: en })).toBe('Now calling Chen Mingyuan.');
    expect(announcementText(calling, sampleSite(), { live: true, say: en })).toBe('');
    expect(announcementText({ type: 'level', level: 'orange' }, site, { live: true, say: en })).toBe('');
    expect(announcementText({ type: 'back' }, site, { live: false, say: en })).toBe('');
  });
});

describe('problems', () => {
  it('are told in words, with the code only where there are none', () => {
    expect(problemText(zh, 'callout/level-stands')).toBe('预警级别尚未解除，现在不能闭环。');
    expect(problemText(en, 'moon/full')).toBe('That did not work (moon/full).');
  });
});

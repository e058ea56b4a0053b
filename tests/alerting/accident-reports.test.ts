import { describe, expect, it } from 'vitest';
import { DEFAULT_REPORTS, dueFrom, firstReminder, isOwed, nextReminder } from '../../alerting/accident/reports.ts';
import { readOut } from '../../alerting/accident/read-out.ts';
import type { AccidentFacts } from '../../alerting/accident/read-out.ts';
import { HOUR, MINUTE, instant, plus } from '../../src/core/time.ts';

const NOON = instant(Date.UTC(2026, 6, 1, 12));
const FACTS: AccidentFacts = {
  site: { zh: '示例尾矿库', en: 'Demo pond' },
  timeZone: 'Asia/Shanghai',
  facilityClass: 'three',
  peopleBelow: true,
  what: '坝体滑塌',
  where: '2 号断面',
  happenedAt: NOON,
  grade: 'unknown',
  casualties: null,
  measures: '',
  level: 'red',
};

describe('the reports of an accident', () => {
  it('are due within the hour to the county and to mine safety; the next tier an hour after the county was told', () => {
    expect(DEFAULT_REPORTS.map((report) => [report.id, dueFrom(report, NOON)])).toEqual([
      ['county', plus(NOON, HOUR)],
      ['province-mine-safety', plus(NOON, HOUR)],
      ['province', plus(NOON, HOUR)],
      ['next-tier', null],
    ]);
  });

  it('that larger accidents owe are owed as well while nobody knows how large it is', () => {
    const owed = (grade: AccidentFacts['grade']) =>
      DEFAULT_REPORTS.filter((report) => isOwed(report, grade)).map(({ id }) => id);
    expect(owed('unknown')).toContain('province');
    expect(owed('larger')).toContain('province');
    expect(owed('general')).not.toContain('province');
  });

  it('each say where they are written, and as of when', () => {
    for (const { source } of DEFAULT_REPORTS) expect(source).toMatch(/\d{4}/);
  });

  it('are reminded of a quarter of an hour before, at the deadline, and every ten minutes after it', () => {
    const due = plus(NOON, HOUR);
    const times = [firstReminder(due)];
    for (let i = 0; i < 3; i += 1) times.push(nextReminder(due, times[i] ?? NOON));
    expect(times.map((at) => (at - NOON) / MINUTE)).toEqual([45, 60, 70, 80]);
  });
});

describe('what is read out', () => {
  it('says what is known and that the rest is not', () => {
    expect(readOut(FACTS).zh).toBe(
      '事故报告：示例尾矿库。7月1日20:00，在2 号断面，坝体滑塌。伤亡情况尚不清楚。事故等级尚未判定。本库为三等尾矿库，' +
        '下游一公里内有居民（头顶库）。在线监测目前最高为红色。处置措施随后续报。有新情况立即续报。请复述，并告知您的姓名。',
    );
  });

  it('names the hurt by number, also where there are none', () => {
    const casualties = { dead: 0, missing: 2, injured: 1, trapped: 0 };
    const { zh, en } = readOut({ ...FACTS, casualties, measures: 'village moved' });
    expect(zh).toContain('死亡 0 人，失踪 2 人，受伤 1 人，被困 0 人。');
    expect(en).toContain('Dead: 0; missing: 2; injured: 1; trapped: 0. The grade');
    expect(en).toContain('Done so far: village moved.');
  });
});

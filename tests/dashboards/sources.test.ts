import { describe, expect, it } from 'vitest';
import { flagNames } from '../../dashboards/src/format/flags.ts';
import { latencyInWords } from '../../dashboards/src/format/latency.ts';
import { pointName } from '../../dashboards/src/format/point-name.ts';
import { sourceCounts, sourceState, sourcesWorstFirst } from '../../dashboards/src/state/sources.ts';
import { knownKey, sayIn } from '../../dashboards/src/words/say.ts';
import { FLAGS } from '../../src/core/reading.ts';
import { largeSite, sampleConnections } from './support/large-site.ts';
import { NOW } from './support/sample-site.ts';

const view = sampleConnections();
const zh = sayIn('zh');
const en = sayIn('en');
const stateOf = (code: string) =>
  view.sources.filter((one) => one.code === code).map((source) => sourceState(source, NOW));

describe('a source', () => {
  it.each([
    ['piezo-1-1-frequency', 'never'],
    ['piezo-1-2-frequency', 'silent'],
    ['piezo-1-3-frequency', 'refused'],
    ['piezo-2-2-level', 'doubtful'],
    ['pond-level', 'good'],
  ])('%s is %s', (code, state) => {
    expect(stateOf(code)).toEqual([state]);
  });

  it('is good again once a reading came after the refused message', () => {
    const [source] = view.sources.filter(({ code }) => code === 'piezo-1-3-frequency');
    if (source === undefined) throw new Error('no such source');
    expect(sourceState({ ...source, lastAt: NOW - 500 }, NOW)).toBe('good');
    expect(sourceState({ ...source, lastAt: null }, NOW)).toBe('refused');
  });

  it('stands before those that are better, and all are counted', () => {
    const order = sourcesWorstFirst(view, NOW).map((source) => sourceState(source, NOW));
    expect(order.slice(0, 4)).toEqual(['never', 'silent', 'refused', 'doubtful']);
    expect(sourceCounts(view, NOW).reduce((sum, [, count]) => sum + count, 0)).toBe(view.sources.length);
  });

  it('says its latency in words, and that a clock is ahead', () => {
    expect([null, 312, 95_000, -185_000].map((ms) => latencyInWords(zh, ms))).toEqual([
      '—',
      '不到 1 秒',
      '1 分 35 秒',
      '时钟超前 3 分 5 秒',
    ]);
  });
});

describe('words', () => {
  it('there are for every reason of doubt', () => {
    expect(FLAGS.filter((flag) => knownKey('flag', flag) === undefined)).toEqual([]);
    expect(flagNames(zh, ['spike', 'eaten'])).toBe('毛刺、eaten');
  });

  it('a point is called by what its sensors have in common', () => {
    const named = (point: string) => largeSite().sensors.filter((one) => one.point === point);
    expect(pointName(named('piezo-1-2'), en)).toBe('Point 1-2');
    expect(pointName(named('gnss-2'), zh)).toBe('坝体 GNSS 2');
    expect(pointName(named('pond-level'), zh)).toBe('库水位');
    expect(pointName([...named('pond-level'), ...named('freeboard')], en)).toBe('Pond level, Freeboard');
    expect(pointName([], en)).toBe('');
  });
});

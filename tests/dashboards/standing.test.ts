import { describe, expect, it } from 'vitest';
import { bandsOf } from '../../dashboards/src/state/bands.ts';
import { isUnknown, nextLimit, siteStanding, standing } from '../../dashboards/src/state/standing.ts';
import type { SensorView } from '../../src/contract/http.ts';
import { NOW, sampleSite } from './support/sample-site.ts';

const site = sampleSite();
const [pond, , , piezo] = site.sensors as [SensorView, SensorView, SensorView, SensorView];
const seeing = { now: NOW, heard: true };
const at = (sensor: SensorView, changes: Partial<SensorView>) =>
  standing({ ...sensor, ...changes }, site.rules, seeing);

describe('the standing of a sensor', () => {
  it('is the gravest level of its rules', () => {
    const second = { ...site.rules[0], target: 'demo-pond/second', level: 'yellow' } as (typeof site.rules)[0];
    expect(standing(pond, [second, ...site.rules], seeing)).toEqual({ level: 'red', doubt: null });
  });

  it.each([
    ['no data', { newest: null }, 'no-data'],
    ['blind', { visibility: 'blind' }, 'blind'],
    ['doubtful', { visibility: 'doubtful' }, 'doubtful'],
    ['a doubtful reading', { newest: { observedAt: NOW, receivedAt: NOW, value: 1, doubtful: true } }, 'doubtful'],
    [
      'silent for long although nobody has said so',
      { newest: { observedAt: NOW, receivedAt: NOW - 40_000, value: 1, doubtful: false } },
      'stale',
    ],
  ] as const)('never looks normal with %s', (_, changes, doubt) => {
    const seen = at(piezo, changes);
    expect(seen).toEqual({ level: 'normal', doubt });
    expect(isUnknown(seen)).toBe(true);
  });

  it('keeps its level when blind: loss of data never lowers it', () => {
    const seen = at(pond, { visibility: 'blind' });
    expect(seen).toEqual({ level: 'red', doubt: 'blind' });
    expect(isUnknown(seen)).toBe(false);
  });

  it('is not known without a rule', () => {
    const seen = standing(piezo, [], seeing);
    expect(seen).toEqual({ level: null, doubt: 'unjudged' });
    expect(isUnknown(seen)).toBe(true);
  });

  it('cannot be verified while nobody is heard', () => {
    expect(standing(piezo, site.rules, { now: NOW, heard: false })).toEqual({ level: 'normal', doubt: 'unheard' });
    expect(siteStanding(site, { now: NOW, heard: false })).toEqual({ level: 'red', uncertain: 4 });
  });
});

describe('the next limit', () => {
  const [pondRule] = site.rules as [(typeof site.rules)[0]];
  const at = (value: number, level: (typeof pondRule)['level']) => {
    const next = nextLimit(value, [{ ...pondRule, level }]);
    return [next?.kind, next?.level, Number(next?.distance.toFixed(3))];
  };

  it('is the nearest graver one, with the way still to go', () => {
    expect(at(338.75, 'blue')).toEqual(['ahead', 'yellow', 0.05]);
    expect(at(338.87, 'orange')).toEqual(['ahead', 'red', 0.02]);
  });

  it('is not the limit of the level that still holds after the value came back', () => {
    expect(at(338.85, 'orange')).toEqual(['ahead', 'red', 0.04]);
  });

  it('is the gravest once it is reached: how far past, or how far back while it holds', () => {
    expect(at(339, 'red')).toEqual(['past', 'red', 0.11]);
    expect(at(338.88, 'red')).toEqual(['held', 'red', 0.01]);
  });

  it('is mirrored where lower is worse', () => {
    const beach = { ...pondRule, level: 'yellow', worse: 'falling', limits: { yellow: 70, red: 50 } } as const;
    expect(nextLimit(60, [beach])).toEqual({ kind: 'ahead', level: 'red', distance: 10 });
    expect(bandsOf(beach)).toEqual([
      { level: 'yellow', from: 70, to: 50 },
      { level: 'red', from: 50, to: Number.NEGATIVE_INFINITY },
    ]);
  });

  it('is nothing without limits', () => {
    expect(nextLimit(1, [])).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { bandsOf } from '../../dashboards/src/state/bands.ts';
import { nextLimit } from '../../dashboards/src/state/next-limit.ts';
import { isUnknown, siteStanding, standing } from '../../dashboards/src/state/standing.ts';
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
    expect(siteStanding(site, { now: NOW, heard: false })).toEqual({
      level: 'red',
      certainty: 'last-known',
      uncertain: 4,
      verified: true,
    });
  });
});

describe('the standing of the site', () => {
  const calm = { ...site, rules: site.rules.map((rule) => ({ ...rule, level: 'normal' as const })) };
  const without = (count: number) => ({
    ...calm,
    sensors: calm.sensors.map((sensor, i) => (i < count ? { ...sensor, newest: null } : sensor)),
  });
  const certainty = (of: typeof site, heard = true) => siteStanding(of, { now: NOW, heard }).certainty;

  it('is normal only while every judged sensor is seen', () => {
    expect(certainty(calm)).toBe('known');
    expect(certainty(without(1))).toBe('partly');
  });

  it('is unknown, never normal, when no sensor has ever said anything', () => {
    expect(certainty(without(4))).toBe('unknown');
    expect(certainty(without(4), false)).toBe('unknown');
    expect(certainty({ ...calm, rules: [] })).toBe('unknown');
  });

  it('is last known while nobody is heard, or nothing is seen', () => {
    expect(certainty(calm, false)).toBe('last-known');
    expect(siteStanding(calm, { now: NOW + 3_600_000, heard: true }).certainty).toBe('last-known');
  });

  it('keeps a warning that was raised before everything fell silent', () => {
    const silent = { ...site, sensors: site.sensors.map((sensor) => ({ ...sensor, newest: null })) };
    expect(siteStanding(silent, seeing)).toEqual({
      level: 'red',
      certainty: 'last-known',
      uncertain: 4,
      verified: true,
    });
  });
});

describe('the next limit', () => {
  const [pondRule] = site.rules as [(typeof site.rules)[0]];
  const rule = { ...pondRule, deadband: 0.02 };
  const at = (value: number, level: (typeof pondRule)['level']) => {
    const next = nextLimit(value, [{ ...rule, level }]);
    return [next?.kind, next?.level, Number(next?.distance.toFixed(3))];
  };

  it('is the nearest graver one, with the way still to go', () => {
    expect(at(338.6, 'normal')).toEqual(['ahead', 'blue', 0.1]);
    expect(at(338.75, 'blue')).toEqual(['ahead', 'yellow', 0.05]);
    expect(at(338.87, 'orange')).toEqual(['ahead', 'red', 0.02]);
  });

  it('is the limit of the level that still holds once the value is back past it: a red card never speaks of orange', () => {
    expect(at(338.83, 'red')).toEqual(['receding', 'red', 0.06]);
    expect(at(338.88, 'red')).toEqual(['held', 'red', 0.01]);
    expect(at(338.8, 'orange')).toEqual(['receding', 'orange', 0.06]);
  });

  it('is the gravest once it is reached: how far past, or exactly on it', () => {
    expect(at(339, 'red')).toEqual(['past', 'red', 0.11]);
    expect(at(338.89, 'red')).toEqual(['at', 'red', 0]);
  });

  it('agrees with the level of the card where a sensor has two rules: nothing is on its way to blue at blue', () => {
    const second = {
      ...rule,
      target: 'demo-pond/second',
      limits: { blue: 339.5, yellow: 340 },
      level: 'normal',
    } as const;
    expect(nextLimit(338.75, [{ ...rule, level: 'blue' }, second])).toMatchObject({ kind: 'ahead', level: 'yellow' });
  });

  it('is mirrored where lower is worse', () => {
    const beach = { ...pondRule, level: 'yellow', worse: 'falling', limits: { yellow: 70, red: 50 } } as const;
    expect(nextLimit(60, [beach])).toEqual({ kind: 'ahead', level: 'red', worse: 'falling', distance: 10 });
    expect(nextLimit(71, [beach])).toEqual({ kind: 'receding', level: 'yellow', worse: 'falling', distance: 1 });
    expect(bandsOf(beach)).toEqual([
      { level: 'yellow', from: 70, to: 50 },
      { level: 'red', from: 50, to: Number.NEGATIVE_INFINITY },
    ]);
  });

  it('is nothing without limits', () => {
    expect(nextLimit(1, [])).toBeUndefined();
  });
});

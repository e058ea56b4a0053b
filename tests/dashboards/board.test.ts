import { describe, expect, it } from 'vitest';
import { boardOf, isDense } from '../../dashboards/src/state/board.ts';
import { marksOf } from '../../dashboards/src/state/marks.ts';
import { pointsOf } from '../../dashboards/src/state/points.ts';
import { isUnknown, maintenanceOf, siteStanding, standing } from '../../dashboards/src/state/standing.ts';
import type { SensorView, SiteOverview } from '../../src/contract/http.ts';
import { largeSite, sampleWork } from './support/large-site.ts';
import { NOW, sampleSite } from './support/sample-site.ts';

const site = largeSite();
const seeing = { now: NOW, heard: true };
const recorded = { inMemory: new Set<string>(), unrecordedReadings: new Map<number, number>() };
const sensorOf = (code: string, of: SiteOverview = site): SensorView => {
  const found = of.sensors.find((sensor) => sensor.code === code);
  if (found === undefined) throw new Error(`no sensor ${code}`);
  return found;
};
const codes = (sensors: readonly SensorView[]): string[] => sensors.map(({ code }) => code);

describe('the board', () => {
  it('has a group for each section and one for each kind that belongs to none, the worst first', () => {
    expect(boardOf(site).groups.map(({ id, level }) => [id, level])).toEqual([
      ['pond', 'red'],
      ['section section-1', 'red'],
      ['section section-2', 'blue'],
      ['movement', 'normal'],
      ['section section-3', 'normal'],
      ['section slope', 'normal'],
    ]);
  });

  it('puts the worst sensor of a group first and keeps the sensors of a point side by side', () => {
    const [, first] = boardOf(site).groups;
    expect(codes(first?.sensors ?? []).slice(0, 3)).toEqual(['piezo-1-2-depth', 'piezo-1-2-level', 'piezo-1-1-level']);
    const third = boardOf(site).groups.find(({ id }) => id === 'section section-3');
    expect(codes(third?.sensors ?? []).slice(0, 2)).toEqual(['piezo-3-1-level', 'piezo-3-1-depth']);
  });

  it('names every level that stands, worst first, however many groups there are', () => {
    expect(codes(boardOf(site).standing)).toEqual([
      'pond-level',
      'piezo-1-2-depth',
      'rain-24h',
      'rain-1h',
      'piezo-2-1-depth',
    ]);
  });

  it('folds retired sensors away, and no other', () => {
    const { groups, retired } = boardOf(site);
    expect(codes(retired)).toEqual(['piezo-old']);
    expect(groups.flatMap(({ sensors }) => sensors)).toHaveLength(site.sensors.length - 1);
    expect(siteStanding(site, seeing).uncertain).toBe(7);
  });

  it('has one group without a name for a handful of sensors', () => {
    expect(boardOf(sampleSite()).groups.map(({ name }) => name)).toEqual(['all']);
    expect([isDense(sampleSite()), isDense(site)]).toEqual([false, true]);
  });

  it('does not move a tile for doubt', () => {
    const doubted = { ...site, sensors: site.sensors.map((one) => ({ ...one, visibility: 'doubtful' as const })) };
    const clear = { ...site, sensors: site.sensors.map((one) => ({ ...one, visibility: 'seen' as const })) };
    const order = (of: SiteOverview) => boardOf(of).groups.flatMap(({ sensors }) => codes(sensors));
    expect(order(doubted)).toEqual(order(clear));
  });
});

describe('what stands beside a level', () => {
  const marks = (code: string, of = recorded) => marksOf(sensorOf(code), site.rules, of);

  it.each([
    ['one doubtful reading alone', 'piezo-1-2-depth', ['unverified']],
    ['a limit nobody approved, with a level', 'rain-24h', ['unapprovedNoCall']],
    ['a point being set up, without one', 'piezo-3-3-depth', ['commissioning']],
    ['nothing', 'pond-level', []],
  ])('%s', (_, code, expected) => {
    expect(marks(code)).toEqual(expected);
  });

  it('that the value or the level is in memory only', () => {
    const { sensorId } = sensorOf('pond-level');
    expect(marks('pond-level', { ...recorded, unrecordedReadings: new Map([[sensorId, NOW]]) })).toEqual([
      'unrecorded',
    ]);
    expect(marks('rain-1h', { ...recorded, inMemory: new Set(['demo-pond/rain-1h']) })).toEqual(['unrecorded']);
  });

  it('nothing of verification once any rule at that level is verified', () => {
    const sensor = sensorOf('piezo-1-2-depth');
    const second = site.rules
      .filter(({ sensorId }) => sensorId === sensor.sensorId)
      .map((rule) => ({ ...rule, target: 'demo-pond/second', verified: true }));
    expect(marksOf(sensor, [...site.rules, ...second], recorded)).toEqual([]);
  });

  it('the whole site is unverified only while nothing else stands at its level', () => {
    expect(siteStanding(site, seeing).verified).toBe(true);
    const rules = site.rules.map((rule) =>
      rule.ruleId === 'pond-level' ? { ...rule, level: 'orange' as const } : rule,
    );
    expect(siteStanding({ ...site, rules }, seeing)).toMatchObject({ level: 'red', verified: false });
  });
});

describe('maintenance', () => {
  const worked = sensorOf('piezo-2-3-depth');

  it('is said instead of any doubt, and is never the face of normal', () => {
    const silent = { ...worked, newest: null, visibility: 'blind' as const };
    const seen = standing(silent, site.rules, seeing);
    expect(seen).toEqual({ level: 'normal', doubt: 'maintenance' });
    expect(isUnknown(seen)).toBe(true);
  });

  it('ends by itself at its time, on a screen that has heard nothing of it', () => {
    expect(maintenanceOf(worked, NOW)).not.toBeNull();
    expect(maintenanceOf(worked, NOW + 41 * 60_000)).toBeNull();
    expect(maintenanceOf({ ...worked, maintenance: sampleWork(NOW, { endedAt: NOW - 1 }) }, NOW)).toBeNull();
  });

  it('puts its point first, retired ones last; work on another point is not its own', () => {
    const points = pointsOf(site, NOW);
    expect(points[0]).toMatchObject({ point: 'piezo-2-3', state: 'in-service', section: { zh: '2 号断面' } });
    expect(points[0]?.sensors).toHaveLength(2);
    expect(points.at(-1)).toMatchObject({ point: 'piezo-old', state: 'retired' });
    const derived = { ...sensorOf('beach-min'), maintenance: sampleWork() };
    expect(pointsOf({ ...site, sensors: [derived] }, NOW)[0]?.maintenance).toBeNull();
  });
});

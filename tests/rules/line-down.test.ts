import { expect, it } from 'vitest';
import { firstSight, tick, visibilityChanges } from '../../rules/visibility.ts';
import type { LineDown, Sight } from '../../rules/visibility.ts';
import { MINUTE, instant } from '../../src/core/time.ts';

const at = (minute: number) => instant(minute * MINUTE);
const sight = (sensorId: number, heard: number, over: Partial<Sight> = {}): Sight => ({
  ...firstSight({ id: sensorId, siteId: 'pond', intervalMs: 5 * MINUTE }),
  heard: { at: at(heard), doubtful: false },
  lines: ['bus', 'bus/slave-1'],
  ...over,
});
const told = (sights: readonly Sight[], minute: number, down: Record<string, LineDown>) => {
  const listening = { since: at(0), brokerUp: true, linesDown: new Map(Object.entries(down)) };
  return visibilityChanges(tick(sights, listening, at(minute)), at(minute)).map(
    ({ sensorIds, visibility, cause, line }) => [sensorIds, visibility, cause, line],
  );
};
const since = (minute: number, atOnce = false): LineDown => ({ since: at(minute), atOnce });

it('a line that is down blinds all its points with the first that is overdue: one event, and it names the line', () => {
  const all = [sight(1, 100), sight(2, 103), sight(3, 103, { lines: ['other'] })];
  expect(told(all, 110, { 'pond/bus': since(104) })).toEqual([]);
  expect(told(all, 116, { 'pond/bus': since(104) })).toEqual([[[1, 2], 'blind', 'line-down', 'bus']]);
});

it('one device that is silent blinds its own points only', () => {
  const all = [sight(1, 100), sight(2, 100, { lines: ['bus', 'bus/slave-2'] })];
  expect(told(all, 116, { 'pond/bus/slave-1': since(104) })).toEqual([
    [[1], 'blind', 'line-down', 'bus/slave-1'],
    [[2], 'blind', 'missed-intervals', undefined],
  ]);
});

it('what has said that it is gone is blind at once', () => {
  expect(told([sight(1, 100)], 101, { 'pond/bus': since(101, true) })).toEqual([[[1], 'blind', 'line-down', 'bus']]);
});

it('a line of the same name at another site is another', () => {
  expect(told([sight(1, 100)], 101, { 'lake/bus': since(101, true) })).toEqual([]);
});

it('A5 what has come since a line went says more than the line', () => {
  expect(told([sight(1, 102)], 103, { 'pond/bus': since(101, true) })).toEqual([]);
});

it('a line that is back gives sight again of what it has just given, and nothing of what is overdue', () => {
  const blind = { visibility: 'blind', since: at(110) } as const;
  expect(told([sight(1, 100, blind), sight(2, 20, blind)], 112, {})).toEqual([[[1], 'seen', 'line-returned', 'bus']]);
  expect(told([sight(1, 100, blind)], 112, { 'pond/bus': since(105) })).toEqual([]);
});

it('what rests is no victim', () => {
  expect(told([sight(1, 100, { restsUntil: at(300) })], 200, { 'pond/bus': since(101, true) })).toEqual([]);
});

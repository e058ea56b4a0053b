import { expect, it } from 'vitest';
import { dueRounds } from '../../alerting/due-rounds.ts';
import { HOUR, instant } from '../../src/core/time.ts';

const patrol = {
  id: 'dam',
  name: { zh: '坝体', en: 'dam' },
  times: ['08:00'],
  floodTimes: ['02:00', '08:00', '14:00', '20:00'],
  graceMinutes: 60,
  missed: 'yellow',
} as const;
const at = (text: string) => instant(Date.parse(text));
const due = (from: string, to: string, season = { from: '06-01', to: '09-30' }, timeZone = 'Asia/Shanghai') =>
  dueRounds(patrol, { season, timeZone }, at(from), at(to)).map(({ dueAt }) => new Date(dueAt).toISOString());

it('a round is due by the wall clock of its site, and denser from the first day of the flood season to its last', () => {
  expect(due('2026-05-30T16:00:00Z', '2026-06-01T15:59:00Z')).toEqual([
    '2026-05-31T00:00:00.000Z',
    '2026-05-31T18:00:00.000Z',
    '2026-06-01T00:00:00.000Z',
    '2026-06-01T06:00:00.000Z',
    '2026-06-01T12:00:00.000Z',
  ]);
  expect(due('2026-09-30T15:00:00Z', '2026-10-01T15:00:00Z')).toEqual(['2026-10-01T00:00:00.000Z']);
});

it('a season may last over the turn of the year', () => {
  const season = { from: '11-01', to: '03-31' };
  expect(due('2026-12-31T16:00:00Z', '2027-01-01T15:59:00Z', season)).toHaveLength(4);
  expect(due('2026-06-30T16:00:00Z', '2026-07-01T15:59:00Z', season)).toHaveLength(1);
});

it('stretches that follow each other name each round once', () => {
  const whole = due('2026-05-20T00:00:00Z', '2026-06-10T00:00:00Z');
  const parts: string[] = [];
  for (let from = at('2026-05-20T00:00:00Z'); from < at('2026-06-10T00:00:00Z'); from = instant(from + 7 * HOUR)) {
    const to = Math.min(from + 7 * HOUR, at('2026-06-10T00:00:00Z'));
    parts.push(...due(new Date(from).toISOString(), new Date(to).toISOString()));
  }
  expect(parts).toEqual(whole);
});

it('a round is due once on a day on which the clocks change', () => {
  expect(
    due('2026-10-24T22:00:00Z', '2026-10-25T22:00:00Z', { from: '10-01', to: '10-31' }, 'Europe/Berlin'),
  ).toHaveLength(4);
});

import { expect } from 'vitest';
import { stringify } from 'yaml';
import { DAY, MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { levelStory } from '../support/watched-pond.ts';
import { describeTrace } from './arrivals.ts';
import { hasPondTrace, readPondLevels, readPondRain } from './pond-trace.ts';
import { farthest, storedByCode, storyOf } from './story-of.ts';

const database = await testDatabase();
const levels = hasPondTrace ? readPondLevels() : [];
const rain = hasPondTrace ? readPondRain() : [];

const words = (zh: string, en: string) => ({ zh, en });
const installed = { installedOn: '2020-01-01' };
const approved = { by: 'test', on: '2020-05-01', document: 'test' };
const calibrations = [{ from: '2020-01-01', source: 'test', factor: 1 }];
const SITE = stringify({
  site: 'canada',
  name: words('加拿大尾矿库', 'Canadian pond'),
  timeZone: 'America/Toronto',
  facility: { kind: 'tailings-pond', class: 'four', construction: 'upstream', storage: 'wet', peopleBelow: false },
  mqtt: { topic: 'ponds/canada/{sensor}', value: 'v', observedAt: 't', time: 'epoch-ms' },
  channels: [
    {
      code: 'rain-of-day',
      name: words('日降水量', 'Rain of the day'),
      quantity: 'tips',
      unit: 'mm',
      intervalSeconds: 86_400,
      range: { min: 0, max: 500 },
      ...installed,
    },
  ],
  sensors: [
    {
      code: 'pond-level',
      name: words('库水位', 'Pond level'),
      item: 'pond-level',
      unit: 'm',
      intervalSeconds: 300,
      range: { min: 330, max: 345 },
      ...installed,
    },
    {
      code: 'rate-of-rise',
      name: words('库水位上升速率', 'Rate of rise'),
      item: 'rate-of-rise',
      unit: 'm/d',
      intervalSeconds: 300,
      range: { min: -50, max: 50 },
      derive: { formula: 'rate', value: 'pond-level', windowSeconds: 86_400, per: 'day', calibrations },
      ...installed,
    },
    {
      code: 'rain-7d',
      name: words('七日降水量', 'Rain of seven days'),
      item: 'rainfall',
      unit: 'mm',
      intervalSeconds: 86_400,
      range: { min: 0, max: 2000 },
      derive: {
        formula: 'rolling-rain',
        tips: 'rain-of-day',
        windowSeconds: 604_800,
        calibrations: [{ from: '2020-01-01', source: 'test', tipMillimetres: 1, counts: 'interval' }],
      },
      ...installed,
    },
  ],
  rules: [
    {
      id: 'pond-level',
      sensor: 'pond-level',
      worse: 'rising',
      limits: { blue: 338.7, yellow: 338.8, orange: 338.86, red: 338.89 },
      deadband: 0.015,
      source: 'test',
      approved,
    },
    {
      id: 'rate-of-rise',
      sensor: 'rate-of-rise',
      worse: 'rising',
      limits: { blue: 0.5, yellow: 0.8, orange: 1.2, red: 2 },
      deadband: 0.05,
      source: 'test',
      approved,
    },
    {
      id: 'rain-7d',
      sensor: 'rain-7d',
      worse: 'rising',
      limits: { blue: 25, yellow: 50 },
      deadband: 2,
      source: 'test',
      approved,
    },
  ],
  contacts: [{ id: 'principal', name: words('矿长', 'Principal'), duty: 'principal', phone: '+8610000000001' }],
  callout: {
    ladders: {
      red: { answeredBy: ['principal'], rungs: [{ contact: 'principal', medium: 'voice', answerWithinSeconds: 60 }] },
    },
  },
});

/** Half a window before the first rate, and none of the first nine tenths of it is more than doubtful. */
const rates = levels.map(({ observedAt }, i) => {
  const window = levels.slice(Math.max(0, i - 288), i + 1).filter((each) => each.observedAt >= observedAt - DAY);
  const covered = observedAt - (window[0]?.observedAt ?? observedAt);
  if (covered < DAY / 2) return { at: observedAt, value: null, doubtful: true };
  // Sums, from the newest reading back: another way to the slope than that of the formula.
  let [n, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const each of window) {
    const days = (each.observedAt - observedAt) / DAY;
    const rise = each.value - 338;
    [n, x, y, xx, xy] = [n + 1, x + days, y + rise, xx + days * days, xy + days * rise];
  }
  return { at: observedAt, value: (n * xy - x * y) / (n * xx - x * x), doubtful: covered < 0.9 * DAY };
});

const week = rain.map(({ observedAt }, i) => {
  const days = rain.slice(0, i + 1).filter((each) => each.observedAt > observedAt - 7 * DAY);
  const value = days.reduce((sum, each) => sum + each.value, 0);
  return { at: observedAt, value, doubtful: days.length < 7 };
});

const plain = levels.map(({ observedAt, value }) => ({ at: observedAt, value }));

async function expectAll(): Promise<void> {
  expect(levels).toHaveLength(26_478);
  expect(
    levels.filter((row, i) => i > 0 && row.observedAt - (levels[i - 1]?.observedAt ?? 0) !== 5 * MINUTE),
  ).toHaveLength(18);
  const stored = await storedByCode(database);
  const of = (code: string) => stored.get(code) ?? [];
  expect(of('pond-level').map(({ at, value }) => ({ at, value }))).toEqual(plain);
  expect(
    farthest(
      of('rate-of-rise').map(({ value }) => value),
      rates.map(({ value }) => value),
    ),
  ).toBeLessThan(1e-6);
  expect(
    farthest(
      of('rain-7d').map(({ value }) => value),
      week.map(({ value }) => value),
    ),
  ).toBeLessThan(1e-9);
  for (const [code, expected] of [
    ['rate-of-rise', rates],
    ['rain-7d', week],
  ] as const)
    expect(of(code).map(({ flags }) => flags?.join())).toEqual(
      expected.map(({ doubtful }) => (doubtful ? 'window-short' : undefined)),
    );

  const story = await levelStory(database);
  const pondStory = storyOf({
    target: 'canada/pond-level',
    limits: [338.7, 338.8, 338.86, 338.89],
    deadband: 0.015,
    values: plain,
  });
  const rainStory = storyOf({ target: 'canada/rain-7d', limits: [25, 50], deadband: 2, values: week });
  expect(pondStory.some((line) => line.includes('->red'))).toBe(true);
  expect(rainStory.length).toBeGreaterThan(5);
  // No quiet summer rises by half a metre a day: of the rate nothing is said.
  expect(story.toSorted()).toEqual([...pondStory, ...rainStory].toSorted());
}

describeTrace(database, {
  name: 'three months of a quiet tailings pond',
  isThere: hasPondTrace,
  site: SITE,
  endTopic: 'ponds/canada/nobody',
  messages: () =>
    [
      ...levels.map((row) => ({ topic: 'ponds/canada/pond-level', ...row })),
      ...rain.map((row) => ({ topic: 'ponds/canada/rain-of-day', ...row })),
    ].toSorted((a, b) => a.observedAt - b.observedAt),
  readings: 2 * levels.length + 2 * rain.length,
  expectAll,
});

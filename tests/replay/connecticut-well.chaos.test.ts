import { expect } from 'vitest';
import { stringify } from 'yaml';
import { DAY } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { levelStory } from '../support/watched-pond.ts';
import { describeTrace } from './arrivals.ts';
import { hasWellTrace, readHeads, readPrecipitation } from './connecticut-well.ts';
import { farthest, storedByCode, storyOf } from './story-of.ts';

const database = await testDatabase();
const heads = hasWellTrace ? readHeads() : [];
const rain = hasWellTrace ? readPrecipitation() : [];

const words = (zh: string, en: string) => ({ zh, en });
const daily = { intervalSeconds: 86_400, installedOn: '2001-01-01' };
const approved = { by: 'test', on: '2001-01-01', document: 'test' };
const since = { from: '2001-01-01', source: 'test' };
const GROUND = 157;
/** Of the depth, so falling: the head at which each is entered is `GROUND` less it. */
const DEPTHS = { blue: 3.8, yellow: 3.5, orange: 3.2, red: 2.9 };
const rule = (id: string, worse: string, limits: object, over: object) => ({
  id,
  sensor: id.replace('-slow', ''),
  worse,
  limits,
  source: 'test',
  approved,
  ...over,
});

const SITE = stringify({
  site: 'well',
  name: words('康涅狄格井', 'Connecticut well'),
  timeZone: 'America/New_York',
  facility: { kind: 'tailings-pond', class: 'five', construction: 'one-off', storage: 'dry', peopleBelow: false },
  mqtt: { topic: 'wells/{sensor}', value: 'v', observedAt: 't', time: 'epoch-ms' },
  channels: [
    {
      code: 'precipitation',
      name: words('日降水量', 'Rain of the day'),
      quantity: 'tips',
      unit: 'mm',
      range: { min: 0, max: 500 },
      ...daily,
    },
  ],
  sensors: [
    {
      code: 'head',
      name: words('水头', 'Head'),
      item: 'phreatic-level',
      unit: 'm',
      range: { min: 100, max: 200 },
      ...daily,
    },
    {
      code: 'depth',
      name: words('浸润线埋深', 'Depth'),
      item: 'phreatic-depth',
      unit: 'm',
      range: { min: 0, max: 50 },
      derive: { formula: 'phreatic-depth', level: 'head', calibrations: [{ ...since, ground: GROUND }] },
      ...daily,
    },
    {
      code: 'rain-30d',
      name: words('三十日降水量', 'Rain of thirty days'),
      item: 'rainfall',
      unit: 'mm',
      range: { min: 0, max: 2000 },
      derive: {
        formula: 'rolling-rain',
        tips: 'precipitation',
        windowSeconds: 30 * 86_400,
        calibrations: [{ ...since, tipMillimetres: 1, counts: 'interval' }],
      },
      ...daily,
    },
  ],
  rules: [
    rule('depth', 'falling', DEPTHS, { deadband: 0.1 }),
    // Twenty years of delays over seasons and gaps.
    rule('depth-slow', 'falling', DEPTHS, { deadband: 0.1, onDelaySeconds: 3 * 86_400, offDelaySeconds: 7 * 86_400 }),
    rule('rain-30d', 'rising', { blue: 150, yellow: 200, orange: 300 }, { deadband: 10 }),
  ],
  contacts: [{ id: 'principal', name: words('矿长', 'Principal'), duty: 'principal', phone: '+8610000000001' }],
  callout: {
    ladders: {
      red: { answeredBy: ['principal'], rungs: [{ contact: 'principal', medium: 'voice', answerWithinSeconds: 60 }] },
    },
  },
});

const month = rain.map(({ observedAt }, i) => {
  const days = rain.slice(Math.max(0, i - 29), i + 1);
  return { at: observedAt, value: days.reduce((sum, { value }) => sum + value, 0), doubtful: days.length < 30 };
});

/** The log of the rule with delays: what it must be is what it was the first time, however the trace came. */
let slowStory: readonly string[] | undefined;

async function expectAll(): Promise<void> {
  expect(heads).toHaveLength(7042);
  expect(heads.filter((row, i) => i > 0 && row.observedAt - (heads[i - 1]?.observedAt ?? 0) > DAY)).toHaveLength(41);
  const stored = await storedByCode(database);
  const of = (code: string) => stored.get(code) ?? [];
  expect(of('head').map(({ at, value }) => ({ observedAt: at, value }))).toEqual(heads);
  expect(
    farthest(
      of('depth').map(({ value }) => value),
      heads.map(({ value }) => GROUND - value),
    ),
  ).toBeLessThan(1e-9);
  expect(
    farthest(
      of('rain-30d').map(({ value }) => value),
      month.map(({ value }) => value),
    ),
  ).toBeLessThan(1e-6);
  // A gap is no fault of what is measured after it.
  expect(of('depth').filter(({ quality, version }) => quality !== 'good' || version !== 1)).toEqual([]);

  const story = await levelStory(database);
  const own = (target: string) => story.filter((line) => line.startsWith(`${target} `));
  const rising = Object.values(DEPTHS).map((depth) => GROUND - depth);
  const values = heads.map(({ observedAt, value }) => ({ at: observedAt, value }));
  const depthStory = storyOf({ target: 'well/depth', limits: rising, deadband: 0.1, values });
  expect(depthStory.some((line) => line.includes('->red'))).toBe(true);
  expect(own('well/depth')).toEqual(depthStory);
  expect(own('well/rain-30d')).toEqual(
    storyOf({ target: 'well/rain-30d', limits: [150, 200, 300], deadband: 10, values: month }),
  );

  const slow = own('well/depth-slow');
  slowStory ??= slow;
  expect(slow).toEqual(slowStory);
  // Delays take away what trembles, not the seasons.
  expect(slow.length).toBeGreaterThan(20);
  expect(slow.length).toBeLessThan(depthStory.length);
}

describeTrace(database, {
  name: 'twenty years of a slow head, with seasons and gaps',
  isThere: hasWellTrace,
  site: SITE,
  endTopic: 'wells/nobody',
  messages: () =>
    [
      ...heads.map((row) => ({ topic: 'wells/head', ...row })),
      ...rain.map((row) => ({ topic: 'wells/precipitation', ...row })),
    ].toSorted((a, b) => a.observedAt - b.observedAt),
  orders: {
    'the well after all the rain': () => [
      ...rain.map((row) => ({ topic: 'wells/precipitation', ...row })),
      ...heads.map((row) => ({ topic: 'wells/head', ...row })),
    ],
  },
  readings: 2 * heads.length + 2 * rain.length,
  expectAll,
});

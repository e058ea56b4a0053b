import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { levelStory } from '../support/watched-pond.ts';
import { describeTrace } from './arrivals.ts';
import type { Message } from './arrivals.ts';
import { hasMukilteoTrace, publishedLevel, readMukilteoTrace } from './mukilteo-trace.ts';
import type { LoggerRecord } from './mukilteo-trace.ts';
import { farthest, storedByCode, storyOf } from './story-of.ts';

const database = await testDatabase();
const records = hasMukilteoTrace ? readMukilteoTrace() : [];
const SITE = readFileSync(path.resolve(import.meta.dirname, '../../config/sites/mukilteo-bluff.yaml'), 'utf8');
const CHANNELS = [
  'vwp-1-frequency',
  'vwp-1-thermistor',
  'vwp-2-frequency',
  'vwp-2-thermistor',
  'barometer',
  'rain-gauge',
];
const DERIVED = ['air-pressure', 'vwp-1-level', 'vwp-2-level', 'rain-24h'];
const DAY_OF_RECORDS = 96;

/** Each record's channels one after the other, as its logger sends them. */
const byRecord = (): Message[] =>
  records.flatMap(({ observedAt, channels }) =>
    Object.entries(channels).map(([channel, value]) => ({ topic: `bluffs/mukilteo/${channel}`, observedAt, value })),
  );
/** One channel after the other: what belongs together comes a fortnight apart. */
const byChannel = (channels: readonly string[]) => (): Message[] =>
  channels.flatMap((channel) => byRecord().filter(({ topic }) => topic.endsWith(`/${channel}`)));

const at = (record: LoggerRecord, channel: string): number => record.channels[channel] ?? NaN;

async function expectWhatWasPublished(): Promise<void> {
  expect(records).toHaveLength(1344);
  const stored = await storedByCode(database);
  const of = (code: string) => stored.get(code) ?? [];
  for (const channel of CHANNELS)
    expect(of(channel).map(({ value }) => value)).toEqual(records.map((record) => at(record, channel)));
  const levels = (piezometer: string) =>
    records.map((record) => ({ at: record.observedAt, value: publishedLevel(piezometer, record) }));
  for (const piezometer of ['vwp-1', 'vwp-2']) {
    const own = of(`${piezometer}-level`);
    expect(own.map((reading) => reading.at)).toEqual(records.map(({ observedAt }) => observedAt));
    expect(own.filter(({ version, quality, flags }) => version !== 1 || quality !== 'good' || flags !== null)).toEqual(
      [],
    );
    const published = levels(piezometer).map(({ value }) => value);
    expect(
      farthest(
        own.map(({ value }) => value),
        published,
      ),
    ).toBeLessThan(1e-6);
  }
  const sums = records.map(({ observedAt }, i) => {
    const day = records.slice(Math.max(0, i + 1 - DAY_OF_RECORDS), i + 1);
    const value = day.reduce((sum, record) => sum + at(record, 'rain-gauge'), 0) * 0.254;
    return { at: observedAt, value, doubtful: day.length < DAY_OF_RECORDS };
  });
  const rain = of('rain-24h');
  expect(
    farthest(
      rain.map(({ value }) => value),
      sums.map(({ value }) => value),
    ),
  ).toBeLessThan(1e-9);
  expect(rain.map(({ flags }) => flags?.join() === 'window-short')).toEqual(sums.map(({ doubtful }) => doubtful));

  const piezometer = (code: string, limits: readonly number[]) =>
    storyOf({ target: `mukilteo-bluff/${code}-level`, limits, deadband: 0.005, values: levels(code) });
  const stories = [
    piezometer('vwp-1', [0.4, 0.45, 0.48, 0.51]),
    piezometer('vwp-2', [0.08, 0.1, 0.12]),
    storyOf({ target: 'mukilteo-bluff/rain-24h', limits: [5, 8, 10], deadband: 0.5, values: sums }),
  ];
  expect(stories.filter((lines) => lines.length < 5)).toEqual([]);
  // Rules of several sensors are logged as they were judged; each has its own order.
  expect((await levelStory(database)).toSorted()).toEqual(stories.flat().toSorted());
}

describeTrace(database, {
  name: 'a fortnight of raw piezometers: water levels are those of the published formula',
  isThere: hasMukilteoTrace,
  alsoToOurBroker: true,
  site: SITE,
  endTopic: 'bluffs/mukilteo/nobody',
  messages: byRecord,
  orders: {
    'channel after channel': byChannel(CHANNELS),
    'channel after channel, the piezometers last': byChannel(CHANNELS.toSorted()),
  },
  readings: records.length * (CHANNELS.length + DERIVED.length),
  expectAll: expectWhatWasPublished,
});

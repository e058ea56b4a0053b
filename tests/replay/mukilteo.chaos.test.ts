import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { applySite } from '../../src/app/site-config-store.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import type { Instrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import type { RunningProgram } from '../support/running-house.ts';
import { testDatabase } from '../support/test-database.ts';
import { countReadings, levelStory } from '../support/watched-pond.ts';
import { hasMukilteoTrace, publishedLevel, readMukilteoTrace } from './mukilteo-trace.ts';

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
/** Everything that must be stored when all has come. */
const ALL = records.length * (CHANNELS.length + DERIVED.length);
const DAY_OF_RECORDS = 96;

interface Message {
  readonly channel: string;
  readonly observedAt: number;
  readonly value: number;
}

/** Each record's channels one after the other, as its logger sends them. */
const byRecord = (): Message[] => records.flatMap((record) => messagesOf(record.observedAt, record.channels));
/** One channel after the other: what belongs together comes a fortnight apart. */
const byChannel = (): Message[] => CHANNELS.flatMap((channel) => byRecord().filter((each) => each.channel === channel));

const messagesOf = (observedAt: number, channels: Readonly<Record<string, number>>): Message[] =>
  Object.entries(channels).map(([channel, value]) => ({ channel, observedAt, value }));

beforeEach(async () => {
  await database.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await applySite(database.db, { text: SITE, name: 'mukilteo-bluff.yaml', who: 'test', now: hostClock().now() });
});

const publish = (instrument: Instrument, messages: readonly Message[]) =>
  Promise.all(
    messages.map(({ channel, observedAt, value }) =>
      instrument.measure(`bluffs/mukilteo/${channel}`, observedAt, value),
    ),
  );

const stored = (atLeast: number, judge: RunningProgram) =>
  eventually(async () => (await countReadings(database)) >= atLeast, {
    withinMs: 60_000,
    what: `${String(atLeast)} readings`,
  }).catch(async (error: unknown) => {
    throw new Error(`${String(await countReadings(database))} readings; the judge said: ${await judge.log()}`, {
      cause: error,
    });
  });

interface StoredReading {
  readonly code: string;
  readonly at: number;
  readonly version: number;
  readonly value: number;
  readonly quality: string;
  readonly flags: string[] | null;
}

/** Everything stored but when it came. */
const readings = (): Promise<StoredReading[]> =>
  database.db
    .selectFrom('reading')
    .innerJoin('sensor', 'sensor.id', 'reading.sensor_id')
    .select(['code', 'observed_at', 'version', 'value', 'quality', 'flags'])
    .orderBy('code')
    .orderBy('observed_at')
    .execute()
    .then((rows) =>
      rows.map(({ observed_at, value, ...row }) => ({ ...row, at: observed_at.getTime(), value: value ?? NaN })),
    );

/** Rules of several sensors are logged as they were judged; each has its own order. */
const story = async (): Promise<string[]> => (await levelStory(database)).toSorted();

const LEVELS = ['normal', 'blue', 'yellow', 'orange', 'red'];

interface RuleOfTest {
  readonly rule: string;
  readonly limits: readonly number[];
  readonly deadband: number;
  readonly values: readonly number[];
  /** How many of the first are doubtful: they raise and never lower. */
  readonly doubtful?: number;
}

/** The log of a rule without delays, computed by other means than the engine's. */
function expectedStory({ rule, limits, deadband, values, doubtful = 0 }: RuleOfTest): string[] {
  let level = 0;
  return values.flatMap((value, i) => {
    const reached = limits.filter((limit) => value >= limit).length;
    const isBack = level > 0 && i >= doubtful && value < (limits[level - 1] ?? 0) - deadband;
    const next = reached > level ? reached : isBack ? level - 1 : level;
    const line = `mukilteo-bluff/${rule} ${LEVELS[level]}->${LEVELS[next]} ${new Date(records[i]?.observedAt ?? 0).toISOString()}`;
    const changed = next !== level;
    level = next;
    return changed ? [line] : [];
  });
}

async function expectWhatWasPublished(): Promise<void> {
  const all = Map.groupBy(await readings(), ({ code }) => code);
  for (const channel of CHANNELS)
    expect(all.get(channel)?.map(({ value }) => value)).toEqual(records.map(({ channels }) => channels[channel]));
  for (const piezometer of ['vwp-1', 'vwp-2']) {
    const own = all.get(`${piezometer}-level`) ?? [];
    expect(own.map(({ at }) => at)).toEqual(records.map(({ observedAt }) => observedAt));
    expect(own.filter(({ version, quality, flags }) => version !== 1 || quality !== 'good' || flags !== null)).toEqual(
      [],
    );
    const errors = own.map(({ value }, i) => Math.abs(value - publishedLevel(piezometer, records[i] ?? never())));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  }
  const rain = all.get('rain-24h') ?? [];
  const tips = records.map(({ channels }) => channels['rain-gauge'] ?? NaN);
  const sums = tips.map(
    (_, i) => tips.slice(Math.max(0, i + 1 - DAY_OF_RECORDS), i + 1).reduce((sum, n) => sum + n) * 0.254,
  );
  expect(Math.max(...rain.map(({ value }, i) => Math.abs(value - (sums[i] ?? NaN))))).toBeLessThan(1e-9);
  expect(rain.flatMap(({ flags }, i) => (flags?.join() === 'window-short' ? [i] : []))).toEqual(
    Array.from({ length: DAY_OF_RECORDS - 1 }, (_, i) => i),
  );
  const levels = (piezometer: string) => records.map((record) => publishedLevel(piezometer, record));
  const rules: RuleOfTest[] = [
    { rule: 'vwp-1-level', limits: [0.4, 0.45, 0.48, 0.51], deadband: 0.005, values: levels('vwp-1') },
    { rule: 'vwp-2-level', limits: [0.08, 0.1, 0.12], deadband: 0.005, values: levels('vwp-2') },
    { rule: 'rain-24h', limits: [5, 8, 10], deadband: 0.5, values: sums, doubtful: DAY_OF_RECORDS - 1 },
  ];
  const expected = rules.map(expectedStory);
  expect(expected.filter((lines) => lines.length < 5)).toEqual([]);
  expect(await story()).toEqual(expected.flat().toSorted());
}

const never = (): never => {
  throw new Error('more readings than records');
};

describe.skipIf(!hasMukilteoTrace)('a fortnight of raw piezometers through a real mosquitto', () => {
  test('R2 water levels are those of the published formula, every row is stored once, also when all is sent again', async () => {
    await using broker = await startMosquitto();
    await using house = await openHouse();
    const judge = await house.run('judge', ['src/main.ts', 'judge'], {
      DATABASE_URL: database.url,
      MQTT_URL: broker.urlOf('tailwatch'),
    });
    await using instrument = await connectInstrument(broker.urlOf('instruments'));
    expect(records).toHaveLength(1344);

    await publish(instrument, byRecord());
    await stored(ALL, judge);
    await expectWhatWasPublished();
    const log = await story();

    await publish(instrument, byRecord());
    await publish(instrument, [
      { channel: 'barometer', observedAt: (records.at(-1)?.observedAt ?? 0) + 900_000, value: 2100 },
    ]);
    await stored(ALL + 2, judge);
    expect(await countReadings(database)).toBe(ALL + 2);
    expect(await story()).toEqual(log);
    expect(await database.db.selectFrom('reading_conflict').selectAll().execute()).toEqual([]);
    expect(await database.db.selectFrom('quarantine').selectAll().execute()).toEqual([]);
  });

  test.each([
    ['record by record', byRecord],
    ['channel after channel', byChannel],
    [
      'channel after channel, the piezometers last',
      () => byChannel().toSorted((a, b) => a.channel.localeCompare(b.channel)),
    ],
  ])('R2 %s, each doubled, with two kills of the judge in the middle: the same', async (_name, messages) => {
    await using broker = await startMosquitto();
    await using house = await openHouse();
    const judge = await house.run('judge', ['src/main.ts', 'judge'], {
      DATABASE_URL: database.url,
      MQTT_URL: broker.urlOf('tailwatch'),
    });
    await using instrument = await connectInstrument(broker.urlOf('instruments'));

    const doubled = messages().flatMap((each) => [each, each]);
    const third = Math.floor(doubled.length / 3);
    const first = publish(instrument, doubled.slice(0, third));
    await stored(ALL * 0.05, judge);
    await judge.kill();
    const atFirstKill = await countReadings(database);
    const second = publish(instrument, doubled.slice(third, 2 * third));
    await judge.start();
    await stored(atFirstKill + 1, judge);
    await judge.kill();
    const atSecondKill = await countReadings(database);
    await Promise.all([first, second, publish(instrument, doubled.slice(2 * third))]);
    await judge.start();
    await stored(ALL, judge);

    expect(atSecondKill).toBeLessThan(ALL);
    expect(await countReadings(database)).toBe(ALL);
    await expectWhatWasPublished();
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { applySite } from '../../src/app/site-config-store.ts';
import { plus } from '../../src/core/time.ts';
import { NOON, judges, measured } from '../ingest/judging.ts';
import { testDatabase } from '../support/test-database.ts';
import { storedByCode } from './story-of.ts';

/** One measurement: minutes from noon, all of them before it. */
interface Measured {
  readonly sensor: string;
  readonly minute: number;
  readonly value: number;
}

/** Batches of messages, one commit each; a restart before those that say so. */
type Delivered = readonly { readonly batch: readonly Measured[]; readonly restart?: boolean }[];

const words = (text: string) => ({ zh: text, en: text });
const common = (code: string, every: number) => ({
  code,
  name: words(code),
  intervalSeconds: every * 60,
  installedOn: '2020-01-01',
});
const channel = (code: string, quantity: string, unit: string, every: number, range: [number, number]) => ({
  ...common(code, every),
  quantity,
  unit,
  range: { min: range[0], max: range[1] },
});
const since = { from: '2020-01-01', source: 'test' };
const rule = (sensor: string, worse: string, limits: readonly number[], over: object) => ({
  id: sensor,
  sensor,
  worse,
  limits: Object.fromEntries(['blue', 'yellow', 'orange', 'red'].map((level, i) => [level, limits[i]])),
  deadband: 0.2,
  source: 'test',
  approved: { by: 'test', on: '2020-01-01', document: 'test' },
  ...over,
});
const STRICT = {
  perHourMax: 20,
  spike: { readings: 5, deviations: 4, floor: 0.4 },
  stepAfterGap: 3,
  stuck: { readings: 4, resolution: 0.01 },
};

/** Every kind of sensor there is: reported and derived, of one cadence and of two, with delays and doubts. Each item stands once: no neighbours. */
const SITE = stringify(
  {
    site: 'pond',
    name: words('pond'),
    timeZone: 'Asia/Shanghai',
    facility: { kind: 'tailings-pond', class: 'three', construction: 'upstream', storage: 'wet', peopleBelow: true },
    mqtt: { topic: 'pond/{sensor}/data', value: 'v', observedAt: 't', time: 'epoch-ms' },
    channels: [
      channel('frequency', 'frequency', 'Hz', 5, [0, 9000]),
      channel('temperature', 'temperature', '°C', 5, [-40, 80]),
      channel('air', 'pressure', 'kPa', 15, [80, 120]),
    ],
    sensors: [
      {
        ...common('level', 5),
        item: 'pond-level',
        unit: 'm',
        range: { min: 0, max: 60 },
        plausibility: STRICT,
      },
      {
        ...common('water', 5),
        item: 'phreatic-level',
        unit: 'm',
        range: { min: -50, max: 60 },
        plausibility: { spike: STRICT.spike },
        derive: {
          formula: 'vibrating-wire',
          reading: 'frequency',
          temperature: 'temperature',
          barometer: 'air',
          calibrations: [
            {
              ...since,
              calibratedIn: 'hertz',
              linear: { factor: 1, zero: 1000 },
              temperature: { factor: 0.1, zero: 20 },
              barometerZero: 100,
              metresPerKilopascal: 1,
              elevation: 0,
            },
          ],
        },
      },
      {
        ...common('depth', 5),
        item: 'phreatic-depth',
        unit: 'm',
        range: { min: -60, max: 100 },
        derive: { formula: 'phreatic-depth', level: 'water', calibrations: [{ ...since, ground: 40 }] },
      },
      {
        ...common('rise', 5),
        item: 'rate-of-rise',
        unit: 'm/h',
        range: { min: -500, max: 500 },
        derive: { formula: 'rate', value: 'level', windowSeconds: 3600, per: 'hour', calibrations: [{ ...since }] },
      },
    ],
    rules: [
      rule('level', 'rising', [10, 20, 30, 40], { onDelaySeconds: 600, offDelaySeconds: 900 }),
      rule('water', 'rising', [10, 20, 30, 40], {}),
      rule('depth', 'falling', [30, 20, 10, 0], { onDelaySeconds: 900, offDelaySeconds: 600 }),
      rule('rise', 'rising', [5, 10, 20, 40], {}),
    ],
    contacts: [{ id: 'principal', name: words('principal'), duty: 'principal', phone: '+8610000000001' }],
    callout: {
      ladders: {
        red: { answeredBy: ['principal'], rungs: [{ contact: 'principal', medium: 'voice', answerWithinSeconds: 60 }] },
      },
    },
  },
  { aliasDuplicateObjects: false },
);

/** Steps of five minutes. */
const STEPS = 48;

/** A way through the levels and back, with steps, gaps, spikes and values that stand still. */
const wandering = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('walk' as const), by: fc.integer({ min: -15, max: 18 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('jump' as const), to: fc.integer({ min: 0, max: 45 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('spike' as const), to: fc.integer({ min: 0, max: 80 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('stay' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const) }) },
    ),
    { minLength: STEPS, maxLength: STEPS },
  )
  .map((moves) => {
    let value = 5;
    return moves.flatMap((move, i): { minute: number; value: number }[] => {
      const minute = (i - STEPS) * 5;
      if (move.kind === 'gap') return [];
      if (move.kind === 'spike') return [{ minute, value: move.to }];
      if (move.kind === 'walk') value = Math.max(0, value + move.by / 4);
      if (move.kind === 'jump') value = move.to;
      return [{ minute, value }];
    });
  });

const trace = fc
  .record({
    level: wandering,
    water: wandering,
    without: fc.array(fc.integer({ min: 0, max: STEPS - 1 }), { maxLength: 6 }),
  })
  .map(({ level, water, without }) => {
    const lost = new Set(without.map((i) => (i - STEPS) * 5));
    const all: Measured[] = [
      ...level.map((each) => ({ sensor: 'level', ...each })),
      ...water.map(({ minute, value }) => ({ sensor: 'frequency', minute, value: 1000 + value })),
      ...water.flatMap(({ minute }) =>
        lost.has(minute) ? [] : [{ sensor: 'temperature', minute, value: 20 + minute / 100 }],
      ),
      ...Array.from({ length: STEPS / 3 }, (_, i) => ({
        sensor: 'air',
        minute: (i * 3 - STEPS) * 5,
        value: 100 + (i % 4) / 10,
      })),
    ];
    return all.toSorted((a, b) => a.minute - b.minute);
  });

/** Everything that chance decides besides the trace. */
const cuts = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 });

function inPieces(messages: readonly Measured[], at: readonly number[], restart: boolean): Delivered {
  const ends = [...new Set([...at.map((cut) => cut % messages.length), messages.length])].toSorted((a, b) => a - b);
  return ends.map((end, i) => ({ batch: messages.slice(ends[i - 1] ?? 0, end), restart }));
}

const bySensor = (messages: readonly Measured[]): Measured[] =>
  messages.toSorted((a, b) => a.sensor.localeCompare(b.sensor));

/** However it arrives, it is the same trace. */
const ARRIVALS: Readonly<Record<string, (messages: readonly Measured[], at: readonly number[]) => Delivered>> = {
  'in one burst': (messages) => [{ batch: messages }],
  'in one burst, backwards': (messages) => [{ batch: messages.toReversed() }],
  'split anywhere': (messages, at) => inPieces(messages, at, false),
  'split anywhere, with a restart at each cut': (messages, at) => inPieces(messages, at, true),
  'doubled, the second of each some while later': (messages, at) => {
    const lag = at[0] ?? 0;
    return inPieces(
      messages.flatMap((each, i) => [each, messages[i - lag] ?? each]),
      at,
      false,
    );
  },
  'twice, with a restart between': (messages) => [{ batch: messages }, { batch: messages, restart: true }],
  'sensor after sensor': (messages, at) => inPieces(bySensor(messages), at, true),
};

/** Replay equality over generated traces: the same readings and the same level changes, however a trace arrives. */
export async function replayEquality(runs: number): Promise<void> {
  const database = await testDatabase();
  const { begin, clock } = judges(database);

  /** What is stored and logged in the end, but when it came. */
  async function outcome(delivered: Delivered): Promise<unknown> {
    await database.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
    clock.set(NOON);
    await applySite(database.db, { text: SITE, name: 'test', who: 'test', now: NOON });
    let session = await begin();
    try {
      for (const { batch, restart = false } of delivered) {
        if (restart) {
          await session[Symbol.asyncDispose]();
          session = await begin();
        }
        await session.commit.take(batch.map(({ sensor, minute, value }) => measured(minute, value, sensor)));
      }
      // What still waits for an input that never comes is made now, and what is derived of that.
      for (let i = 1; i <= 3; i += 1) {
        clock.set(plus(NOON, i * 31_000));
        await session.commit.tick(true);
      }
    } finally {
      await session[Symbol.asyncDispose]();
    }
    const log = await database.db.selectFrom('level_change').selectAll().orderBy('state_version').execute();
    const changes = log.map((row) =>
      [row.target, `${row.from_level}->${row.to_level}`, row.observed_at.toISOString(), row.cause, row.value].join(' '),
    );
    return { changes: changes.toSorted(), readings: Object.fromEntries(await storedByCode(database)) };
  }

  test.each(Object.entries(ARRIVALS))(
    `R2 %s: ${String(runs)} generated traces give what they give one by one`,
    async (_name, arrival) => {
      let changes = 0;
      await fc.assert(
        fc.asyncProperty(trace, cuts, async (messages, at) => {
          const expected = await outcome(messages.map((each) => ({ batch: [each] })));
          changes += (expected as { changes: string[] }).changes.length;
          expect(await outcome(arrival(messages, at))).toEqual(expected);
        }),
        { numRuns: runs, seed: 20_261_122, endOnFailure: runs > 20 },
      );
      // A trace that changes nothing shows nothing.
      expect(changes).toBeGreaterThan(runs * 5);
    },
    60_000 * runs,
  );
}

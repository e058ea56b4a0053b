import { beforeEach, describe, expect, it, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { apply, levelStory } from '../support/watched-pond.ts';
import { judges, measured, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin } = judges(database);
const PLAUSIBILITY = {
  perHourMax: 12,
  spike: { readings: 7, deviations: 4, floor: 3 },
  stepAfterGap: 2,
  stuck: { readings: 4, resolution: 0.1 },
};
const RULE = { sensor: 'level', limits: { blue: 20, yellow: 30, orange: 40, red: 50 }, deadband: 1 };
const pond = (over: object = {}) =>
  apply(database, { sensors: [{ code: 'level', plausibility: PLAUSIBILITY, ...over }], rules: [RULE] });

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
});

/** What is stored, by minute from noon: its flags. Good ones are left out. */
const flagsByMinute = async () =>
  (await db.selectFrom('reading').select(['observed_at', 'quality', 'flags']).orderBy('observed_at').execute()).flatMap(
    ({ observed_at, quality, flags }) =>
      flags === null ? [] : [[(observed_at.getTime() - noonPlus(0)) / 60_000, quality, ...flags].join(' ')],
  );

describe('R2 what is plausible does not depend on how it came', () => {
  /** Trembles around 10, with a spike, a gap with a step after it, a value out of range, a rest, and life again. */
  const trace: (readonly [minute: number, value: number])[] = [
    ...Array.from({ length: 12 }, (_, i) => [-240 + i * 5, 10 + (i % 3) * 0.3] as const),
    [-180, 60],
    [-175, 10.2],
    [-170, 10.5],
    [-130, 14],
    ...Array.from({ length: 12 }, (_, i) => [-125 + i * 5, 14 + (i % 3) * 0.3] as const),
    [-65, 5000],
    ...Array.from({ length: 10 }, (_, i) => [-60 + i * 5, 14.4] as const),
    [-10, 14.9],
    [-5, 14.6],
  ];
  const expected = [
    '-180 doubtful too-fast spike',
    '-130 doubtful step-after-gap',
    '-65 doubtful out-of-range',
    ...[-45, -40, -35, -30, -25, -20, -15].map((minute) => `${String(minute)} doubtful stuck`),
  ];
  const arrivals: Record<string, { batches: (typeof trace)[]; starts: boolean }> = {
    'one by one': { batches: trace.map((each) => [each]), starts: false },
    'in one burst': { batches: [trace], starts: false },
    'all of it twice': { batches: [trace, trace], starts: false },
    'in two pieces, with a start while it rests': { batches: [trace.slice(0, 33), trace.slice(33)], starts: true },
    'with a start after each': { batches: trace.map((each) => [each]), starts: true },
  };
  test.each(Object.entries(arrivals))('%s', async (_name, { batches, starts }) => {
    await pond();
    let session = await begin();
    for (const batch of batches) {
      await session.commit.take(batch.map(([minute, value]) => measured(minute, value)));
      if (!starts) continue;
      await session[Symbol.asyncDispose]();
      session = await begin();
    }
    await session[Symbol.asyncDispose]();
    expect(await flagsByMinute()).toEqual(expected);
  });
});

it('a doubtful value raises and does not lower', async () => {
  await pond();
  await using session = await begin();
  await session.commit.take([-30, -25, -20].map((minute) => measured(minute, 60)));
  await session.commit.take([measured(-15, 10)]);
  expect(await levelStory(database)).toEqual([`pond/level normal->red ${new Date(noonPlus(-30)).toISOString()}`]);
  await session.commit.take([measured(-10, 10)]);
  expect(await levelStory(database)).toHaveLength(2);
});

it('A7 a value that is sent again and again with a fresh time is told, though nothing is late and nothing is silent', async () => {
  await pond();
  await using session = await begin();
  for (let minute = -120; minute < -60; minute += 5)
    await session.commit.take([measured(minute, 10 + ((minute / 5) % 2) * 0.3)]);
  for (let minute = -60; minute < 0; minute += 5) await session.commit.take([measured(minute, 10)]);
  const [first, ...others] = await flagsByMinute();
  expect([first, others.length]).toEqual(['-45 doubtful stuck', 8]);
  const seen = await db.selectFrom('visibility_change').select(['visibility', 'cause']).execute();
  expect(seen).toEqual([{ visibility: 'doubtful', cause: 'doubtful-reading' }]);
});

it('A8 a clock that was reset to the year 2000: both times are kept, it is told, and judged when it arrives', async () => {
  await pond();
  await using session = await begin();
  await session.commit.take([measured(-5, 10)]);
  const reset = (Date.UTC(2000, 0, 1) - noonPlus(0)) / 60_000;
  await session.commit.take([measured(reset, 60)]);
  const stored = await db.selectFrom('reading').selectAll().orderBy('observed_at').limit(1).executeTakeFirstOrThrow();
  expect(stored).toMatchObject({
    observed_at: new Date('2000-01-01T00:00:00Z'),
    received_at: new Date(noonPlus(0)),
    value: 60,
    quality: 'doubtful',
    flags: ['before-installation'],
  });
  expect(await levelStory(database)).toEqual([`pond/level normal->red ${new Date(noonPlus(0)).toISOString()}`]);
  await session.commit.take([measured(-1, 10)]);
  expect(await flagsByMinute()).toHaveLength(1);
});

it('a retired sensor keeps what it sends and is judged no more', async () => {
  await apply(database, { sensors: [{ code: 'level', state: 'retired', plausibility: PLAUSIBILITY }], rules: [] });
  await using session = await begin();
  await session.commit.take([measured(-10, 10), measured(-5, 5000)]);
  expect(await flagsByMinute()).toEqual(['-10 good retired', '-5 good out-of-range retired']);
});

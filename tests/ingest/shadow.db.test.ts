import { readFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import type { Delivery } from '../../adapters/adapter.ts';
import { applySite } from '../../src/app/site-config-store.ts';
import type { Reading } from '../../src/core/reading.ts';
import { SECOND, instant } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { countReadings } from '../support/watched-pond.ts';
import { NOON, judges, noonPlus } from './judging.ts';

const database = await testDatabase();
const { begin, clock } = judges(database);
const SITE = await readFile(new URL('../../config/sites/mukilteo-bluff.yaml', import.meta.url), 'utf8');

beforeEach(async () => {
  await database.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  clock.set(NOON);
  await applySite(database.db, { text: SITE, name: 'x.yaml', who: 'test', now: instant(NOON - 3_600_000) });
});

const sent = (minutes: number, sensorCode: string, value: number): Delivery => ({
  topic: sensorCode,
  payload: Buffer.from('x'),
  samples: [{ siteId: 'mukilteo-bluff', sensorCode, observedAt: noonPlus(minutes), receivedAt: clock.now(), value }],
  refusals: [],
  settle: () => {},
});
const piezometer = (minutes: number): Delivery[] => [
  sent(minutes, 'vwp-1-frequency', 2940),
  sent(minutes, 'vwp-1-thermistor', 3000),
];
const levelIn = async (readings: readonly Reading[]) => {
  const { id } = await database.db
    .selectFrom('sensor')
    .select('id')
    .where('code', '=', 'vwp-1-level')
    .executeTakeFirstOrThrow();
  return readings.find(({ sensorId }) => sensorId === id);
};

test('without a database what is derived is made from what was last read, and from nothing older than allowed', async () => {
  const session = await begin();
  await session.commit.take([sent(-65, 'barometer', 2137.5), ...piezometer(-65)]);
  const { readings: recorded } = await session.commit.take([sent(-64, 'barometer', 2137.5), ...piezometer(-64)]);
  const before = await countReadings(database);
  await session[Symbol.asyncDispose]();

  const shadow = session.shadow();
  // The barometer's next is not due yet: its last one was stored before.
  const known = await levelIn((await shadow.take(piezometer(-63))).readings);
  const stored = await levelIn(recorded);
  expect(known).toMatchObject({ quality: 'good', flags: [], version: 1, observedAt: noonPlus(-63) });
  expect(known?.value).toBeCloseTo(stored?.value ?? NaN, 9);
  expect(await countReadings(database)).toBe(before);

  expect(await levelIn((await shadow.take(piezometer(0))).readings)).toBeUndefined();
  clock.advance(31 * SECOND);
  const alone = await levelIn(await shadow.tick(true));
  expect(alone).toMatchObject({ value: null, quality: 'doubtful', flags: ['no-barometer'] });
});

test('two shadows and their judge do not change each other', async () => {
  await using session = await begin();
  await session.commit.take([sent(-65, 'barometer', 2137.5), ...piezometer(-65)]);
  const [one, other] = [session.shadow(), session.shadow()];
  const of = async (readings: readonly Reading[]) => (await levelIn(readings))?.flags;
  expect(await of((await one.take(piezometer(-64))).readings)).toEqual([]);
  expect(await of((await other.take(piezometer(-64))).readings)).toEqual([]);
  expect(await of((await session.commit.take(piezometer(-64))).readings)).toEqual([]);
});

import { encodePayload } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import type { UPayload } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import { beforeEach, expect, it } from 'vitest';
import type { Delivery } from '../../adapters/adapter.ts';
import { decode } from '../../adapters/mqtt/decode.ts';
import { topicMap } from '../../adapters/mqtt/topic-map.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { judges, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);
const sensors = [
  { device: 'plc/gauge', field: 'Level', code: 'level', scale: 1, offset: 0 },
  { device: 'plc', field: 'Other', code: 'other', scale: 1, offset: 0 },
];

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease, visibility_change restart identity cascade');
  clock.set(noonPlus(0));
  await apply(database, {
    sensors: [{ code: 'level' }, { code: 'other' }],
    rules: [{ sensor: 'level', limits: { blue: 20, yellow: 30, orange: 40, red: 50 }, deadband: 1 }],
  });
});

/** What a node of Sparkplug B says, as the source would deliver it. */
function node() {
  const map = topicMap([{ siteId: 'pond', topic: 'spBv1.0/mine/#', dialect: 'sparkplug', untimed: 'refuse', sensors }]);
  return (topic: string, minute: number, payload: UPayload): Delivery => {
    const whole = {
      topic: `spBv1.0/mine/${topic}`,
      payload: encodePayload({ timestamp: noonPlus(minute), ...payload }),
    };
    return { ...whole, ...decode(map, { ...whole, receivedAt: noonPlus(minute) }), settle: () => {} };
  };
}
const level = (value: number) => [{ name: 'Level', alias: 1, type: 'Double' as const, value }];
const session3 = [{ name: 'bdSeq', type: 'UInt64' as const, value: 3 }];
const visibilities = async () =>
  (
    await db.selectFrom('visibility_change').select(['visibility', 'cause', 'sensor_ids']).orderBy('position').execute()
  ).map(({ visibility, cause, sensor_ids }) => `${visibility} ${cause} ${String(sensor_ids.length)}`);

it('a node that dies blinds all that tells through it at once, by one event; a start does not undo it, a reading does', async () => {
  const hear = node();
  let session = await begin();
  const take = (...deliveries: Delivery[]) => session.commit.take(deliveries);
  await take(hear('NBIRTH/plc', -2, { seq: 0, metrics: [...session3, { name: 'Other', type: 'Float', value: 1 }] }));
  await take(hear('DBIRTH/plc/gauge', -1, { seq: 1, metrics: level(45) }));
  await take(hear('NDEATH/plc', 0, { metrics: session3 }));
  expect(await visibilities()).toEqual(['blind device-gone 2']);

  await session.commit.tick(true);
  await session[Symbol.asyncDispose]();
  session = await begin();
  await session.commit.tick(true);
  expect(await visibilities()).toEqual(['blind device-gone 2']);
  // Nothing that falls silent lowers a level.
  expect(await db.selectFrom('level_change').select('to_level').orderBy('position').execute()).toEqual([
    { to_level: 'orange' },
  ]);

  clock.set(noonPlus(1));
  await take(hear('NBIRTH/plc', 1, { seq: 0, metrics: [{ name: 'bdSeq', type: 'UInt64', value: 4 }] }));
  await take(hear('DBIRTH/plc/gauge', 1, { seq: 1, metrics: level(45.5) }));
  expect(await visibilities()).toEqual(['blind device-gone 2', 'seen data-returned 1']);
  await session[Symbol.asyncDispose]();
});

it('what no sensor is, is told once a day with its message; a message that says nothing else is acknowledged', async () => {
  await using session = await begin();
  const hear = node();
  const firmware = [{ name: 'Firmware', type: 'String' as const, value: '1.2' }];
  const first = await session.commit.take([hear('NBIRTH/plc', 0, { seq: 0, metrics: [...session3, ...firmware] })]);
  expect(first.refusals).toMatchObject([
    { reason: 'sensor-unknown', detail: 'no sensor is plc Firmware', siteId: 'pond' },
  ]);
  expect(await session.commit.take([hear('NDATA/plc', 1, { seq: 1, metrics: firmware })])).toEqual({
    readings: [],
    refusals: [],
  });
  const nextDay = await session.commit.take([hear('NDATA/plc', 24 * 60, { seq: 2, metrics: firmware })]);
  expect(nextDay.refusals).toHaveLength(1);
});

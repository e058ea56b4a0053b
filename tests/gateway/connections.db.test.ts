import { expect, test } from 'vitest';
import type { ConnectionsView, ReplayView, SiteOverview, SourceView } from '../../src/contract/http.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, storePond, storeReadings } from './pond.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database);
const cookie = await signIn(house, database);
const sensors = await storePond(db);
await storePond(db, 'other');

const inject = async <T>(method: 'GET' | 'POST', url: string, status: number): Promise<T> => {
  const response = await house.app.inject({ method, url, headers: { cookie } });
  expect({ url, status: response.statusCode }).toEqual({ url, status });
  return response.json<T>();
};
const connections = () => inject<ConnectionsView>('GET', '/api/sites/pond/connections', 200);
const source = async (code: string): Promise<SourceView | undefined> =>
  (await connections()).sources.find((each) => each.code === code);
const NOTHING = { good: 0, doubtful: 0, late: 0, doubled: 0, refused: 0 };

test('a source that never said anything says so, and without a judge nothing is connected', async () => {
  const view = await connections();
  expect(view).toMatchObject({ now: NOW, line: { judge: false, broker: false, database: false } });
  expect(view.sources).toEqual(
    (['level', 'p1'] as const).map((code) => ({
      sensorId: sensors[code],
      code,
      name: { zh: code, en: code },
      kind: 'sensor',
      unit: 'm',
      intervalMs: MINUTE,
      lastAt: null,
      lastGoodAt: null,
      latencyMs: null,
      counts: NOTHING,
      flags: [],
      refusal: null,
    })),
  );
});

test('a source is as its newest reading, and remembers the last good one', async () => {
  await storeReadings(db, sensors.level, [
    { at: NOW - 10 * MINUTE, receivedAt: NOW - 9 * MINUTE, value: 1 },
    { at: NOW - 5 * MINUTE, receivedAt: NOW - 3 * MINUTE, value: 900, quality: 'doubtful', flags: ['out-of-range'] },
    { at: NOW - 20 * MINUTE, receivedAt: NOW - MINUTE, value: 1, flags: ['late'] },
  ]);
  expect(await source('level')).toMatchObject({
    lastAt: NOW - MINUTE,
    lastGoodAt: NOW - 9 * MINUTE,
    latencyMs: 2 * MINUTE,
    flags: ['out-of-range'],
  });
  // Its clock runs ahead from now on: judged by arrival, its newest is the one that came last.
  await storeReadings(db, sensors.level, [
    { at: NOW + 24 * HOUR, receivedAt: NOW - 30_000, value: 1, quality: 'doubtful', flags: ['clock-ahead'] },
  ]);
  expect(await source('level')).toMatchObject({
    lastAt: NOW - 30_000,
    latencyMs: -(24 * HOUR + 30_000),
    flags: ['clock-ahead'],
  });
});

test('after very many doubtful readings the counts still know the last good one', async () => {
  await storeReadings(
    db,
    sensors.p1,
    Array.from({ length: 50 }, (_, i) => ({ at: NOW - i * MINUTE, value: 1, quality: 'doubtful', flags: ['stuck'] })),
  );
  expect((await source('p1'))?.lastGoodAt).toBeNull();
  await db
    .insertInto('source_hour')
    .values(
      [0, 23, 25, 60].map((hours) => ({
        sensor_id: sensors.p1,
        hour: new Date(NOW - hours * HOUR),
        good: hours === 25 ? 100 : 0,
        doubtful: 10,
        late: 2,
        doubled: 1,
        last_good_at: hours < 25 ? null : new Date(NOW - hours * HOUR + MINUTE),
      })),
    )
    .execute();
  expect(await source('p1')).toMatchObject({
    lastGoodAt: NOW - 25 * HOUR + MINUTE,
    counts: { good: 0, doubtful: 20, late: 4, doubled: 2, refused: 0 },
  });
});

const refuse = (minutesAgo: number, over: object) =>
  db
    .insertInto('quarantine')
    .values({
      received_at: new Date(NOW - minutesAgo * MINUTE),
      site_id: 'pond',
      topic: 'pond/x',
      payload: Buffer.from('{}'),
      reason: 'value-null',
      detail: '$.v is null',
      sensor_codes: ['level'],
      replayed_at: null,
      ...over,
    })
    .execute();

test('what was refused is told with the sensors that it names, until it is a reading', async () => {
  await refuse(25 * 60, {});
  await refuse(20, { reason: 'time-missing', detail: '$.t is missing', sensor_codes: ['p1', 'level'] });
  await refuse(10, {});
  await refuse(5, { replayed_at: new Date(NOW) });
  await refuse(4, { site_id: 'other' });
  await refuse(3, { site_id: null, sensor_codes: null });
  expect(await source('level')).toMatchObject({
    counts: { refused: 2 },
    refusal: { at: NOW - 10 * MINUTE, reason: 'value-null', detail: '$.v is null' },
  });
  expect(await source('p1')).toMatchObject({ counts: { refused: 1 }, refusal: { reason: 'time-missing' } });
  const overview = await inject<SiteOverview>('GET', '/api/sites/pond/overview', 200);
  expect(overview.quarantined).toBe(3);
});

test('a replay is asked for once until it is done, in the name of who asked', async () => {
  const listening = await database.pool.connect();
  const heard: string[] = [];
  listening.on('notification', ({ channel }) => heard.push(channel));
  await listening.query('listen quarantine_replay');
  const asked = await inject<ReplayView>('POST', '/api/sites/pond/quarantine/replay', 202);
  expect(asked).toEqual({ replayId: asked.replayId, requestedAt: NOW, doneAt: null, stored: 0, refused: 0 });
  expect(await inject('POST', '/api/sites/pond/quarantine/replay', 202)).toEqual(asked);
  await listening.query('select 1');
  expect(heard).toEqual(['quarantine_replay']);
  listening.release(true);
  const audit = await db
    .selectFrom('audit')
    .select(['who', 'facts'])
    .where('action', '=', 'quarantine/replay')
    .execute();
  expect(audit).toEqual([{ who: 'operator', facts: { replayId: asked.replayId } }]);

  await db
    .updateTable('quarantine_replay')
    .set({ stored: 2, refused: 1, done_at: new Date(NOW + 5) })
    .execute();
  const url = `/api/quarantine/replays/${String(asked.replayId)}`;
  expect(await inject('GET', url, 200)).toEqual({ ...asked, doneAt: NOW + 5, stored: 2, refused: 1 });
  const next = await inject<ReplayView>('POST', '/api/sites/pond/quarantine/replay', 202);
  expect(next.replayId).not.toBe(asked.replayId);
});

test('an unknown site or replay is 404', async () => {
  await inject('GET', '/api/sites/nowhere/connections', 404);
  await inject('POST', '/api/sites/nowhere/quarantine/replay', 404);
  await inject('GET', '/api/quarantine/replays/999', 404);
});

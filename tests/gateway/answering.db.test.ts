import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import type { CalloutView, SiteOverview } from '../../src/contract/http.ts';
import type { Level } from '../../src/core/level.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, POLICY, storePond } from './pond.ts';
import { CARRIER_KEY, signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const clock = fakeClock();
const desk = calloutDesk({ db, clock, policyOf: () => Promise.resolve(POLICY), draw: () => 0.5 });
const house = await testGateway(database, { desk });
const cookie = await signIn(house, database);
const sensors = await storePond(db);

let version = 0;
async function levelBecomes(from: Level, to: Level): Promise<void> {
  version += 1;
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx
      .insertInto('level_change')
      .values({
        site_id: 'pond',
        target: 'pond/high',
        sensor_id: sensors.level,
        state_version: version,
        from_level: from,
        to_level: to,
        observed_at: new Date(NOW),
        recorded_at: new Date(NOW),
        cause: 'reached',
        value: 338.9,
        limit_value: 338.89,
      })
      .execute();
  });
  await desk.followLevelChanges();
}

const overview = async () =>
  (await house.app.inject({ url: '/api/sites/pond/overview', headers: { cookie } })).json<SiteOverview>();
const post = (path: string, payload?: object) =>
  house.app.inject({
    method: 'POST',
    url: path,
    headers: { cookie, origin: house.url, host: new URL(house.url).host },
    ...(payload !== undefined && { payload }),
  });

let reports = 0;
/** Reports as the carrier does, and returns what it is told to do. */
async function carrierSays(attemptId: string, event: object): Promise<Record<string, unknown>> {
  const path = `/carrier/attempts/${attemptId}`;
  const body = JSON.stringify({
    reportId: `report-${String((reports += 1))}`,
    at: new Date(NOW).toISOString(),
    ...event,
  });
  const timestamp = String(house.clock.now() / 1_000);
  const signature = createHmac('sha256', CARRIER_KEY).update(`${timestamp}\n${path}\n${body}`).digest('hex');
  const response = await house.app.inject({
    method: 'POST',
    url: path,
    payload: body,
    headers: { 'content-type': 'application/json', 'x-carrier-timestamp': timestamp, 'x-carrier-signature': signature },
  });
  expect({ event, status: response.statusCode, body: response.body }).toMatchObject({ event, status: 200 });
  return response.json();
}

test('a red is seen by the control room, answered by the principal, and closed only when it no longer stands', async () => {
  await levelBecomes('normal', 'red');
  const { callout } = await overview();
  expect(callout).toMatchObject({ phase: 'calling', runs: [{ level: 'red', current: 0, answered: null }] });
  const calloutId = callout?.calloutId ?? '';
  const [attempt] = await db.selectFrom('attempt').selectAll().execute();
  expect(attempt).toMatchObject({ contact_id: 'principal', medium: 'voice' });

  // The control room may look after red, but not settle it.
  const onScreen = await post(`/api/callouts/${calloutId}/answer`);
  expect(onScreen.statusCode).toBe(200);
  expect(onScreen.json<CalloutView>()).toMatchObject({
    phase: 'calling',
    runs: [{ answered: null }],
    answers: [{ contactId: 'control', level: null, asked: 'red', medium: 'screen' }],
  });
  expect((await post(`/api/callouts/${calloutId}/release`, { note: 'too early' })).json()).toMatchObject({
    code: 'callout/not-answered',
  });

  // An alarm acknowledgement never answers a callout.
  const before = (await overview()).callout;
  const seen = await post('/api/sites/pond/alarms/acknowledge', { target: 'pond/high' });
  expect([seen.statusCode, seen.json()]).toMatchObject([
    200,
    { state: 'acknowledged', acknowledged: { by: 'operator' } },
  ]);
  expect((await overview()).callout).toEqual(before);
  for (const [site, target] of [
    ['pond', 'pond/other'],
    ['elsewhere', 'pond/high'],
  ]) {
    const refused = await post(`/api/sites/${site}/alarms/acknowledge`, { target });
    expect([refused.statusCode, refused.json()]).toMatchObject([404, { code: 'alarm/not-found' }]);
  }

  await carrierSays(attempt?.id ?? '', { event: 'ringing' });
  await carrierSays(attempt?.id ?? '', { event: 'answered' });
  expect(await carrierSays(attempt?.id ?? '', { event: 'digit', digit: attempt?.code })).toMatchObject({
    gather: { digits: 1 },
  });
  expect((await overview()).callout).toMatchObject({
    phase: 'answered',
    runs: [{ current: null, deadline: null, answered: { contactId: 'principal' } }],
  });

  const stands = await post(`/api/callouts/${calloutId}/release`, { note: 'seen' });
  expect([stands.statusCode, stands.json<{ code: string }>().code]).toEqual([409, 'callout/level-stands']);
  await levelBecomes('red', 'normal');
  const released = await post(`/api/callouts/${calloutId}/release`, {
    note: 'spillway opened',
    inspection: 'Chief engineer: dry',
  });
  expect([released.statusCode, released.json<CalloutView>().phase]).toEqual([200, 'released']);
  const twice = await post(`/api/callouts/${calloutId}/release`, { note: 'again' });
  expect([twice.statusCode, twice.json<{ code: string }>().code]).toEqual([409, 'callout/already-released']);
});

test('who answered and who closed stands in the audit log under the name of the account', async () => {
  const rows = await db
    .selectFrom('audit')
    .select(['who', 'action', 'facts'])
    .where('action', 'not like', 'session/%')
    .orderBy('id')
    .execute();
  expect(rows).toMatchObject([
    { who: 'operator', action: 'callout/answer', facts: { contactId: 'control' } },
    { who: 'operator', action: 'alarm/acknowledge', facts: { target: 'pond/high' } },
    {
      who: 'operator',
      action: 'callout/release',
      facts: { note: 'spillway opened', inspection: 'Chief engineer: dry' },
    },
  ]);
});

test('a callout that nobody opened is 404, and a release without a note names the note', async () => {
  const nobodys = '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0009';
  expect((await post(`/api/callouts/${nobodys}/answer`)).statusCode).toBe(404);
  expect((await post(`/api/callouts/${nobodys}/release`, { note: 'x' })).statusCode).toBe(404);
  expect((await post(`/api/callouts/${nobodys}/release`, { note: '  ' })).json()).toMatchObject({
    code: 'request/invalid',
    field: 'note',
  });
  expect((await post('/api/callouts/1/answer')).json()).toMatchObject({ code: 'request/invalid', field: 'calloutId' });
});

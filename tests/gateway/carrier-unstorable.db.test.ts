import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, POLICY, storePond } from './pond.ts';
import { CARRIER_KEY, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const desk = calloutDesk({ db, clock: fakeClock(), policyOf: () => Promise.resolve(POLICY), draw: () => 0.5 });
const house = await testGateway(database, { desk });

/** What the carrier sends, signed, and what it is answered. */
async function carrier(path: string, body: object) {
  const payload = JSON.stringify(body);
  const timestamp = String(house.clock.now() / 1_000);
  const signature = createHmac('sha256', CARRIER_KEY).update(`${timestamp}\n${path}\n${payload}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-carrier-timestamp': timestamp,
    'x-carrier-signature': signature,
  };
  return house.app.inject({ method: 'POST', url: path, payload, headers });
}

const RED = {
  site_id: 'pond',
  target: 'pond/high',
  state_version: 1,
  from_level: 'normal',
  to_level: 'red',
  observed_at: new Date(NOW),
  recorded_at: new Date(NOW),
  cause: 'reached',
  value: 338.9,
  limit_value: 338.89,
};

test('what the database cannot store, anywhere in a report, is taken or refused, and the digit behind it counts', async () => {
  const sensors = await storePond(db);
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx
      .insertInto('level_change')
      .values({ ...RED, sensor_id: sensors.level })
      .execute();
  });
  await desk.followLevelChanges();
  const { id, code } = await db.selectFrom('attempt').select(['id', 'code']).executeTakeFirstOrThrow();
  const path = `/carrier/attempts/${id}`;
  const statuses: [string, number][] = [];
  for (const bad of ['\0', 'a\0b', '\uD800', 'x\uDC00']) {
    const report = { reportId: 'r1', id: 'c1', event: 'ringing', digit: '1', at: '2026-07-01T00:00:00Z', more: 'x' };
    for (const name of Object.keys(report)) {
      const { statusCode } = await carrier(path, { ...report, [name]: bad });
      statuses.push([name, statusCode]);
    }
    statuses.push(['a name', (await carrier(path, { ...report, [bad]: 1 })).statusCode]);
    const message = { reportId: 'm1', from: '+861000000003', text: 'x', at: '2026-07-01T00:00:00Z' };
    for (const name of Object.keys(message)) {
      statuses.push([name, (await carrier('/carrier/messages', { ...message, [name]: bad })).statusCode]);
    }
  }
  const allowed: Readonly<Record<string, number>> = { event: 400, digit: 400, at: 400, from: 400 };
  expect(statuses).toEqual(statuses.map(([name]) => [name, allowed[name] ?? 200]));
  const pressed = await carrier(path, { reportId: 'a\0', id: 'b\0', event: 'digit', digit: code });
  expect([pressed.statusCode, pressed.json<{ gather?: unknown }>().gather]).toEqual([200, { digits: 1 }]);
  const { state } = await db.selectFrom('callout').select('state').executeTakeFirstOrThrow();
  expect(state).toMatchObject({ phase: 'answered' });
});

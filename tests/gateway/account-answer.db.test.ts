import { expect, test } from 'vitest';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import type { CalloutView } from '../../src/contract/http.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, POLICY, storePond } from './pond.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
/** A site that nobody watches from a control room. */
const policy = { ...POLICY, contacts: POLICY.contacts.filter(({ duty }) => duty !== 'control-room') };
const desk = calloutDesk({ db, clock: fakeClock(), policyOf: () => Promise.resolve(policy), draw: () => 0.5 });
const house = await testGateway(database, { desk });

test('an account named like the principal’s contact id answers as the account, and settles nothing', async () => {
  const cookie = await signIn(house, database, 'principal');
  const sensors = await storePond(db);
  const red = {
    site_id: 'pond',
    target: 'pond/high',
    sensor_id: sensors.level,
    state_version: 1,
    from_level: 'normal',
    to_level: 'red',
    observed_at: new Date(NOW),
    recorded_at: new Date(NOW),
    cause: 'reached',
    value: 338.9,
    limit_value: 338.89,
  };
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx.insertInto('level_change').values(red).execute();
  });
  await desk.followLevelChanges();
  const { id } = await db.selectFrom('callout').select('id').executeTakeFirstOrThrow();
  const headers = { cookie, origin: house.url, host: new URL(house.url).host };
  const answered = await house.app.inject({ method: 'POST', url: `/api/callouts/${id}/answer`, headers });
  expect(answered.json<CalloutView>()).toMatchObject({
    phase: 'calling',
    runs: [{ level: 'red', answered: null }],
    answers: [{ contactId: 'account:principal' }],
  });
});

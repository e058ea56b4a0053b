import { expect, test } from 'vitest';
import { callProvedAt } from '../../src/gateway/views/call-proof.ts';
import { DAY, plus } from '../../src/core/time.ts';
import { openedBench } from '../alerting/desk-bench.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();

test('a site is proved by a real call that was answered by its key, for 90 days, and by nothing else', async () => {
  const { siteId, clock, attempt } = await openedBench(db, 'orange');
  const { id } = await attempt(1);
  const is = (fields: { readonly simulated: boolean | null; readonly outcome: string }) =>
    db
      .updateTable('attempt')
      .set({ status: 'ended', ended_at: new Date(clock.now()), ...fields })
      .where('id', '=', id)
      .execute();
  const proved = (ageMs = 0) => callProvedAt(db, siteId, plus(clock.now(), ageMs));
  expect(await proved()).toBeNull();
  await is({ simulated: true, outcome: 'confirmed' });
  expect(await proved()).toBeNull();
  await is({ simulated: null, outcome: 'confirmed' });
  expect(await proved()).toBeNull();
  await is({ simulated: false, outcome: 'hung-up' });
  expect(await proved()).toBeNull();
  await is({ simulated: false, outcome: 'confirmed' });
  expect(await proved()).toBe(clock.now());
  expect([await proved(89 * DAY), await proved(91 * DAY)]).toEqual([clock.now(), null]);
});

test('so is one by a call that proves a number, where its carrier has said that it calls people', async () => {
  const { siteId, clock } = await openedBench(db, 'orange');
  const at = new Date(clock.now());
  const call = {
    id: '0b9c2d1e-1111-4222-8333-444455556666',
    site_id: siteId,
    contact_id: 'officer',
    phone: '+861000000002',
    reason: 'asked' as const,
    medium: 'voice' as const,
    say: 'x',
    code: '7',
    asked_by: 'x',
    asked_at: at,
    due_at: at,
    carrier_ref: 'real CA1',
    status: 'ended' as const,
    outcome: 'confirmed',
    ended_at: at,
  };
  await db.insertInto('proof_call').values(call).execute();
  expect(await callProvedAt(db, siteId, clock.now())).toBeNull();
  const status = { carrier: 'real', reachable: true, detail: '', page: null, checked_at: at };
  await db
    .insertInto('carrier_status')
    .values({ ...status, simulated: false })
    .execute();
  expect(await callProvedAt(db, siteId, clock.now())).toBe(clock.now());
  await db.updateTable('carrier_status').set({ simulated: true }).execute();
  expect(await callProvedAt(db, siteId, clock.now())).toBeNull();
});

import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { withSuspensions } from '../../alerting/io/suspended-phone.ts';
import { reachDesk } from '../../src/app/reach-desk.ts';
import { applySite } from '../../src/app/site-config-store.ts';
import { sitePolicy } from '../../src/app/site-policy.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { NOW, POND } from '../gateway/pond.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
const desk = reachDesk({ db, clock: databaseClock(), draw: () => 0.5 });
const principal = { contactId: 'principal', line: 0 };
const lift = (reason: string) => desk.lift('pond', { ...principal, reason }, 'engineer');
const shown = async () =>
  (await desk.look('pond')).numbers.find(({ contactId }) => contactId === principal.contactId)?.suspendedSince;

await applySite(db, { text: stringify(POND), name: 'pond.yaml', who: 'test', now: NOW });

beforeEach(async () => {
  await db.deleteFrom('suspended_phone').execute();
  const id = randomUUID();
  const row = { config_version: 1, policy: '{}', state: '{}', opened_at: new Date(NOW), due_at: null };
  await db
    .insertInto('callout')
    .values({ id, site_id: 'pond', ended_at: new Date(NOW), ...row })
    .execute();
  await db
    .insertInto('suspended_phone')
    .values({
      phone: '+861000000003',
      site_id: 'pond',
      contact_id: 'principal',
      callout_id: id,
      since: new Date(NOW),
      lifted_at: null,
      lifted_by: null,
      reason: null,
    })
    .execute();
});

test('E32 a suspended number is shown with its time, and lifted by a person with a reason, on record', async () => {
  expect(await shown()).toBe(NOW);
  await lift('he has his telephone back');
  expect(await shown()).toBeNull();
  const { suspended = [] } = await withSuspensions(db, await sitePolicy('pond', db));
  expect(suspended).toEqual([]);
  const audit = await db
    .selectFrom('audit')
    .select(['who', 'action', 'facts'])
    .orderBy('id', 'desc')
    .executeTakeFirst();
  expect(audit).toMatchObject({
    who: 'engineer',
    action: 'phone/lift',
    facts: { reason: 'he has his telephone back' },
  });
  expect(JSON.stringify(audit)).not.toContain('1000000003');
});

test('what is lifted already is refused by name', async () => {
  await lift('once');
  await expect(lift('twice')).rejects.toMatchObject({ code: 'phone/not-suspended' });
});

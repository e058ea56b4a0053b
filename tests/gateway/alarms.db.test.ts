import { expect, test } from 'vitest';
import type { CapMessage } from '../../src/contract/cap.ts';
import type { ListedAlarm } from '../../src/contract/alarms.ts';
import type { ProposalView } from '../../src/contract/proposals.ts';
import type { Role } from '../../src/core/access.ts';
import { HOUR } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { capFaults } from '../alerting/cap/cap-schema.ts';
import { desksOf, storeMine } from './marked-mines.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db, pool } = database;
const house = await testGateway(database, desksOf(db));
const mine = await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
const TARGET = 'graphite/graphite-high';

async function person(name: string, ...roles: readonly Role[]): Promise<string> {
  const cookie = await signIn(
    house,
    database,
    name,
    roles.map((role) => ({ role, siteId: 'graphite' })),
  );
  await pool.query('update session set second_factor = true');
  return cookie;
}
const LI = await person('li', 'operator', 'engineer');
const WANG = await person('wang', 'engineer');

interface Reply<T> {
  readonly status: number;
  readonly body: T;
}

async function ask<T>(cookie: string, method: 'GET' | 'POST', url: string, payload?: object): Promise<Reply<T>> {
  const headers = { cookie, origin: house.url, host: new URL(house.url).host };
  const response = await house.app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json<T>() };
}
const list = async () => (await ask<ListedAlarm[]>(LI, 'GET', '/api/sites/graphite/alarms')).body;
const shelve = (cookie: string, hours: number) =>
  ask<ProposalView & { code: string; field: string }>(cookie, 'POST', '/api/sites/graphite/alarms/shelve', {
    target: TARGET,
    hours,
    reason: 'crew on site',
  });
const callout = () =>
  db.selectFrom('callout').select(['state', 'due_at', 'ended_at']).where('id', '=', mine.calloutId).execute();

test('a red alarm is on the list, wants attention, and says what shelving it asks for', async () => {
  expect(await list()).toMatchObject([
    { target: TARGET, state: 'unacknowledged', level: 'red', hidden: null, shelfHoursAtMost: 8, secondPerson: true },
  ]);
});

test('red is shelved when a second person has agreed, under both names, and no call is taken back by it', async () => {
  const before = [await callout(), await db.selectFrom('attempt').selectAll().execute()];
  expect(await shelve(LI, 9)).toMatchObject({ status: 409, body: { code: 'alarm/shelf-too-long', field: 'hours' } });
  const proposed = await shelve(LI, 8);
  expect(proposed).toMatchObject({
    status: 202,
    body: { kind: 'alarm/shelve', work: null, shelf: { target: TARGET, hours: 8, level: 'red' } },
  });
  expect((await list())[0]?.hidden).toBe(null);
  const approve = `/api/proposals/${proposed.body.proposalId}/approve`;
  expect(await ask(LI, 'POST', approve, { reason: 'mine' })).toMatchObject({ body: { code: 'proposal/own' } });
  expect((await ask(WANG, 'POST', approve, { reason: 'looked' })).status).toBe(200);
  expect(await list()).toMatchObject([
    {
      hidden: { why: 'shelved', point: null },
      shelf: { by: 'li, approved by wang', reason: 'crew on site', upTo: 'red', until: house.clock.now() + 8 * HOUR },
    },
  ]);
  expect([await callout(), await db.selectFrom('attempt').selectAll().execute()]).toEqual(before);
  const told = await db.selectFrom('callout_event').selectAll().where('type', '=', 'alarm-shelved').execute();
  expect(told).toMatchObject([{ callout_id: mine.calloutId, facts: { who: 'li, approved by wang' } }]);
});

test('it is taken off again by hand, and then wants attention', async () => {
  const off = await ask<unknown>(LI, 'POST', '/api/sites/graphite/alarms/unshelve', { target: TARGET });
  expect(off).toMatchObject({ status: 200, body: { state: 'unacknowledged' } });
  expect((await list())[0]).toMatchObject({ hidden: null, shelf: null });
});

test('what was proposed for an alarm that has closed since is overtaken', async () => {
  const proposed = await shelve(LI, 2);
  await db.updateTable('alarm').set({ closed_at: new Date() }).where('target', '=', TARGET).execute();
  const approve = `/api/proposals/${proposed.body.proposalId}/approve`;
  expect(await ask(WANG, 'POST', approve, { reason: 'looked' })).toMatchObject({
    status: 409,
    body: { code: 'proposal/overtaken' },
  });
  expect(await list()).toEqual([]);
});

test('a callout is told to other systems as CAP 1.2: from its Alert on, valid, and the newest by itself', async () => {
  const url = `/api/callouts/${mine.calloutId}/cap`;
  const { body } = await ask<CapMessage[]>(LI, 'GET', url);
  expect(body.map(({ msgType, status }) => `${msgType} ${status}`)).toEqual(['Alert Actual']);
  for (const { xml } of body) expect(capFaults(xml)).toEqual([]);
  expect(body[0]?.xml).toContain('<sender>tailwatch@pond.example</sender>');
  const newest = await house.app.inject({ method: 'GET', url: `${url}.xml`, headers: { cookie: LI } });
  expect([newest.headers['content-type'], newest.body]).toEqual([
    'application/cap+xml; charset=utf-8',
    body.at(-1)?.xml,
  ]);
});

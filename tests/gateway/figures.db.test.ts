import { expect, test } from 'vitest';
import type { FiguresView } from '../../src/contract/figures.ts';
import { HOUR } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { desksOf, storeMine } from './marked-mines.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, desksOf(db));
const mine = await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
const LI = await signIn(house, database, 'li', [{ role: 'operator', siteId: 'graphite' }]);
const URL = '/api/sites/graphite/figures';
const headers = { cookie: LI, origin: house.url, host: new globalThis.URL(house.url).host };

const figures = async () => (await house.app.inject({ method: 'GET', url: URL, headers })).json<FiguresView>();
const judge = (cause: string) =>
  house.app.inject({ method: 'POST', url: `/api/callouts/${mine.calloutId}/cause`, headers, payload: { cause } });

test('a site that has had one alarm and rung no telephone says so', async () => {
  expect(await figures()).toMatchObject({
    complete: true,
    alarms: { total: 1, perDay: 1 / 30, peak: 1, floods: 0 },
    standing: 1,
    stale: [],
    chattering: [],
    nuisances: [{ target: 'graphite/graphite-high', count: 1 }],
    nightCalls: [],
    wakes: { callouts: 0, judged: 0, falseWakes: 0 },
    unjudged: [],
  });
});

test('what stands for over a day is stale', async () => {
  const opened = (hours: number) => ({ opened_at: new Date(house.clock.now() - hours * HOUR) });
  await db.updateTable('alarm').set(opened(24)).execute();
  expect((await figures()).stale).toEqual([]);
  await db.updateTable('alarm').set(opened(25)).execute();
  expect((await figures()).stale).toEqual(['graphite/graphite-high']);
});

test('a call at night counts once a carrier took it; its callout is judged after it was closed, and the last word counts', async () => {
  // 00:00 UTC is 08:00 at the site; eight hours before it is midnight there.
  const night = new Date(house.clock.now() - 8 * HOUR);
  const ring = { medium: 'voice', created_at: night };
  await db.updateTable('attempt').set(ring).where('callout_id', '=', mine.calloutId).execute();
  expect((await figures()).nightCalls).toEqual([]);
  await db.updateTable('attempt').set({ carrier_ref: 'call-1' }).where('callout_id', '=', mine.calloutId).execute();
  expect((await figures()).nightCalls).toEqual([{ monday: '2026-06-29', calls: 1, nights: 1 }]);
  expect((await judge('instrument')).json()).toMatchObject({ code: 'callout/not-released' });
  const ended = { ended_at: new Date(house.clock.now()), due_at: null };
  await db.updateTable('callout').set(ended).where('id', '=', mine.calloutId).execute();
  expect(await figures()).toMatchObject({
    wakes: { callouts: 1, judged: 0, falseWakes: 0 },
    unjudged: [{ calloutId: mine.calloutId }],
  });
  expect((await judge('instrument')).statusCode).toBe(200);
  expect(await figures()).toMatchObject({ wakes: { callouts: 1, judged: 1, falseWakes: 1 }, unjudged: [] });
  await judge('hazard');
  expect((await figures()).wakes).toEqual({ callouts: 1, judged: 1, falseWakes: 0 });
  const said = await db
    .selectFrom('audit')
    .select('facts')
    .where('action', '=', 'callout/judge')
    .orderBy('id')
    .execute();
  expect(said.map(({ facts }) => facts['cause'])).toEqual(['instrument', 'hazard']);
});

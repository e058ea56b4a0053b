import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { openPage, signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, { pulseEveryMs: 20 });
const cookie = await signIn(house, database);
await house.follower.started;

const rows = () =>
  db.selectFrom('audit').select(['action', 'who', 'facts']).where('action', 'like', 'screen/%').orderBy('id').execute();
const say = ({ socket }: { readonly socket: { send(text: string): void } }, sound: string) => {
  socket.send(JSON.stringify({ type: 'screen', sound }));
};

test('the audit knows which screens are connected and whether they can be heard', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  say(page, 'blocked');
  await eventually(async () => (await rows()).length === 1);
  house.clock.advance(11 * SECOND);
  say(page, 'on');
  await eventually(async () => (await rows()).length === 2);
  page.socket.close();
  await page.closed;
  // The gateway hears of it a moment later: time goes on until it has.
  await eventually(async () => {
    house.clock.advance(MINUTE);
    return (await rows()).length === 3;
  });
  const told = await rows();
  expect(told.map(({ action }) => action)).toEqual(['screen/connected', 'screen/sound', 'screen/disconnected']);
  expect(told[0]).toMatchObject({ who: 'operator', facts: { sound: 'blocked', address: '127.0.0.1' } });
  expect(told[1]).toMatchObject({ facts: { from: 'blocked', to: 'on' } });
});

test('a page that says anything else, or too much, is closed', async () => {
  for (const what of ['{"type":"screen","sound":"loud"}', '{"type":"resume","cursor":null}', 'noise']) {
    const page = await openPage(house, cookie);
    page.resume(null);
    page.socket.send(what);
    expect(await page.closed).toBe(1008);
  }
  const page = await openPage(house, cookie);
  page.resume(null);
  for (let i = 0; i <= 60; i += 1) say(page, i % 2 === 0 ? 'on' : 'off');
  expect(await page.closed).toBe(1008);
});

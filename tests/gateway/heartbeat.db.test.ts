import { expect, test } from 'vitest';
import { SECOND } from '../../src/core/time.ts';
import { heartbeatWatch } from '../../src/gateway/live/heartbeat-watch.ts';
import { beat } from '../../src/platform/heartbeat.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { openPage, signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const house = await testGateway(database, { pulseEveryMs: 20 });
const { app, clock } = house;
const cookie = await signIn(house, database);
const missing = async () => (await app.inject({ url: '/readyz' })).json<{ missing: string[] }>().missing;

test('who calls people is there while its heartbeat is no older than 15 s; readiness and every page say when it is not', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  const alert = () => page.messages.findLast((message) => message.type === 'pulse')?.alert;
  await eventually(() => alert() === false);
  expect(await missing()).toContain('alert');

  for (const _round of [1, 2]) {
    await beat(database.db, 'alert', clock.now());
    expect(await missing()).not.toContain('alert');
    await eventually(() => alert() === true);
    clock.advance(15 * SECOND);
    expect(await missing()).not.toContain('alert');
    clock.advance(1);
    expect(await missing()).toContain('alert');
    await eventually(() => alert() === false);
  }
  page.socket.terminate();
});

test('a beat from the future, left by a clock that was set back, counts no longer than an old one', async () => {
  await beat(database.db, 'alert', clock.now());
  clock.advance(-15 * SECOND - 1);
  expect(await missing()).toContain('alert');
});

test('a gateway that starts finds a living process at once, not at its next look', async () => {
  await beat(database.db, 'alert', clock.now());
  using watch = heartbeatWatch({ db: database.db, process: 'alert', lookEveryMs: 3600 * SECOND });
  await eventually(() => watch.isFresh(clock.now()), { what: 'the heartbeat' });
});

import { getEventListeners } from 'node:events';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { listen } from '../../src/platform/notify.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const { url, db } = await testDatabase();

test('a listener is woken at the start, by a notification, and again after its connection was cut', async () => {
  const stop = new AbortController();
  const woken: string[] = [];
  const over = listen(url, {
    name: 'test',
    channels: ['attempt', 'site_config'],
    wake: (channel) => woken.push(channel),
    signal: stop.signal,
  });
  await eventually(() => woken.length === 2, { what: 'a look at the start' });

  await sql`select pg_notify('attempt', ''), pg_notify('level_change', '')`.execute(db);
  await eventually(() => woken.length === 3, { what: 'the notification' });
  expect(woken).toEqual(['attempt', 'site_config', 'attempt']);

  // What is told while it is cut off must not be missed: it looks again when it is back.
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tailwatch test listen'`.execute(
    db,
  );
  await eventually(() => woken.length >= 5, { what: 'a look after the reconnection' });

  // The signal stands as long as the process: a listener left at it for each connection would never go.
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);

  stop.abort();
  await over;
  const count = async () => (await listeners()).length;
  await eventually(async () => (await count()) === 0, { what: 'the end of its connection' });
});

async function listeners() {
  const { rows } = await sql`select pid from pg_stat_activity where application_name = 'tailwatch test listen'`.execute(
    db,
  );
  return rows;
}

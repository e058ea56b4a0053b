import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { DAY, HOUR, instant, plus } from '../../src/core/time.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { sessions } from '../../src/gateway/sessions.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { testDatabase } from '../support/test-database.ts';

const direct = await testDatabase();
const url = new URL(direct.url);
const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
url.host = `127.0.0.1:${String(proxy.port)}`;
const { db } = openDatabase(url.href, { name: 'test sessions' });
afterAll(async () => {
  proxy.release();
  await db.destroy();
  await proxy[Symbol.asyncDispose]();
});

test('a session that was seen holds while the database does not answer, until it is over or ended', async () => {
  const now = instant(Date.UTC(2026, 6, 1));
  const made = { name: 'operator', grants: [], password: 'a password of the test' };
  const { id } = await createAccount(direct.db, made, now);
  const held = sessions(db, 50);
  const beginning = { now, address: '127.0.0.1', agent: 'test' };
  const [token, other] = [
    await held.begin({ accountId: id }, beginning),
    await held.begin({ accountId: id }, beginning),
  ];
  const seen = await held.find(token, now);
  expect(seen?.account).toEqual({ id, name: 'operator' });
  expect(await held.find('unknown', now)).toBeNull();
  await held.find(other, now);

  proxy.holdAnswers();
  expect(await held.find(token, plus(now, HOUR))).toEqual(seen);
  const asked: unknown[] = [];
  const over = held.find(token, plus(now, 13 * HOUR)).then((session) => asked.push(session));
  const ending = held.end(seen?.key ?? '');
  const ended = held.find(token, now).then((session) => asked.push(session));
  expect(await held.find(other, now)).not.toBeNull();
  expect(asked).toEqual([]);

  proxy.release();
  await Promise.all([over, ending, ended]);
  expect(await held.find(token, now)).toBeNull();
});

test('a screen on a wall stays signed in while the database does not answer, for a year if need be', async () => {
  const now = instant(Date.UTC(2026, 6, 1));
  const kioskId = randomUUID();
  await direct.db
    .insertInto('credential')
    .values({
      id: kioskId,
      kind: 'kiosk',
      name: 'wall',
      secret_hash: Buffer.from('hash of the wall'),
      scopes: [],
      site_ids: null,
      created_by: 'test',
      created_at: new Date(now),
      expires_at: null,
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .execute();
  const held = sessions(db, 50);
  const token = await held.begin({ kioskId }, { now, address: '127.0.0.1', agent: 'wall' });
  const seen = await held.find(token, now);
  expect(seen).toMatchObject({ kind: 'kiosk', account: { name: 'kiosk:wall' } });
  const key = seen?.key ?? '';
  expect(await held.renew(key, now)).toEqual(seen);
  proxy.holdAnswers();
  expect(await held.find(token, plus(now, 365 * DAY))).toEqual(seen);
  expect(await held.renew(key, plus(now, 365 * DAY))).toEqual(seen);
  proxy.release();
});

test('who was shut out while the database is slow decides nothing by what was remembered', async () => {
  const now = instant(Date.UTC(2026, 6, 1));
  const made = { name: 'shut out', grants: [], password: 'a password of the test' };
  const { id } = await createAccount(direct.db, made, now);
  const held = sessions(db, 50);
  const token = await held.begin({ accountId: id }, { now, address: '127.0.0.1', agent: 'test' });
  await held.find(token, now);
  // At the command line, in another process.
  await sessions(direct.db).endOthers(id, null);

  proxy.holdAnswers();
  const deciding = held.find(token, now, { fresh: true });
  expect(await held.find(token, now)).not.toBeNull();
  proxy.release();
  expect(await deciding).toBeNull();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { freePort } from '../../src/platform/free-port.ts';
import { darkHouse } from '../support/dark-house.ts';
import { PRINCIPAL } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const { url, db } = await testDatabase();

it('a service that is started while the database is away calls from the roster on its disk', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  await house.alert.kill();
  house.loseDatabase();
  const env = { PATH: process.env['PATH'], ...house.env, PORT: String(await freePort()) };
  const serve = spawn(process.execPath, ['src/main.ts', 'serve'], { env, stdio: 'ignore' });
  const ended = once(serve, 'exit');
  try {
    const call = await house.phones.phone(PRINCIPAL).expectCall({ withinMs: 60_000 });
    await call.thenPress('right');
    await call.thenHears('已确认，红色');
    house.databaseBack();
    await house.imported();
    expect((await house.phones.log()).calls.filter(({ to }) => to === PRINCIPAL)).toHaveLength(1);
  } finally {
    serve.kill('SIGTERM');
    await ended;
  }
});

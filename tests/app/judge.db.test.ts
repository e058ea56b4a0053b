import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { runJudge } from '../../src/app/judge.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { readSettings } from '../../src/platform/settings.ts';
import { testDatabase } from '../support/test-database.ts';

const { url, db } = await testDatabase();

test('a judge whose loop throws ends, and does not stay as a process that does nothing', async () => {
  await sql`alter table engine_lease rename to gone`.execute(db);
  const settings = readSettings({
    DATABASE_URL: url,
    MQTT_LISTEN: `127.0.0.1:${String(await freePort())}`,
    MQTT_PASSWORD: 'our-password',
    MQTT_DEVICE_PASSWORD: 'device-password',
    LOG_LEVEL: 'silent',
  });
  await expect(runJudge(settings, new AbortController().signal)).rejects.toThrow('engine_lease');
});

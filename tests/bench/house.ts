import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { OpenDatabase } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { applySite } from '../../src/app/site-config-store.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import type { Mosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import type { House } from '../support/running-house.ts';
import { watchedSite } from '../support/watched-site.ts';
import { LIMITS, sensorCodes } from './workload.ts';

/** What all contenders share: one database with its ordinary durability, one mosquitto as we ship it. */
export interface BenchHouse extends AsyncDisposable {
  readonly database: OpenDatabase;
  readonly databaseUrl: string;
  readonly broker: Mosquitto;
  readonly programs: House;
}

export async function openBenchHouse(sensors: number): Promise<BenchHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-bench-'));
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    password: randomBytes(12).toString('hex'),
  });
  const database = openDatabase(server.url, { name: 'bench' });
  await migrate(database.pool);
  await database.pool.query('create table bare_reading (like reading including all)');
  for (const table of ['copied_reading', 'unnested_reading'])
    await database.pool.query(`create table ${table} (like reading including all)`);
  const codes = sensorCodes(sensors);
  const rules = codes.map((sensor) => ({ sensor, limits: LIMITS }));
  const text = watchedSite({ sensors: codes.map((code) => ({ code, intervalSeconds: 1 })), rules, records: true });
  await applySite(database.db, { text, name: 'bench', who: 'bench', now: hostClock().now() });
  const broker = await startMosquitto();
  const programs = await openHouse();
  return {
    database,
    databaseUrl: server.url,
    broker,
    programs,
    async [Symbol.asyncDispose]() {
      await programs[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

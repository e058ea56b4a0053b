import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { applySite } from '../../src/app/site-config-store.ts';
import { UNRECORDED_TOPIC } from '../../src/contract/live.ts';
import type { Unrecorded } from '../../src/contract/live.ts';
import { hostClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { eventually } from './eventually.ts';
import { startPhones } from './phone.ts';
import type { Phones } from './phone.ts';
import { openHouse } from './running-house.ts';
import type { RunningProgram } from './running-house.ts';
import { storySite } from './story-site.ts';
import { startTcpProxy } from './tcp-proxy.ts';

/** The process that calls people, with the line to its database in the test's hand. */
export interface DarkHouse extends AsyncDisposable {
  readonly alert: RunningProgram;
  /** The settings it runs with. */
  readonly env: Readonly<Record<string, string>>;
  readonly phones: Phones;
  readonly folder: string;
  /** Connections are refused, and those that stand are cut. */
  loseDatabase(): void;
  /** Connections stand, and nothing is answered any more: a server that was stopped, not ended. */
  hangDatabase(): void;
  databaseBack(): void;
  /** What the judge says that it holds in memory. */
  judgeSays(to: 'normal' | 'orange' | 'red', observedAt: number, told?: Partial<Target>): void;
  /** What the judge records, as its commit does. */
  record(to: string, observedAt?: number): Promise<void>;
  /** Resolves when what calls could be made from is on disk. */
  rosterWritten(): Promise<void>;
  imported(): Promise<void>;
}

type Target = Unrecorded['targets'][number];

const TARGET = 'story/level';

interface HouseOptions {
  /** In place of the test's phones. */
  readonly carrierUrl?: string;
  readonly officerSeconds?: number;
  /** How long the database must have been away. */
  readonly afterMs?: number;
  /** The folder of the dark caller cannot be made. */
  readonly noDisk?: boolean;
  /** Carriers reach a gateway too; else what is called in the light can report to nobody. */
  readonly withGateway?: boolean;
}

export async function darkHouse(
  url: string,
  db: Kysely<Database>,
  { carrierUrl, officerSeconds = 60, afterMs = 1_500, noDisk = false, withGateway = false }: HouseOptions = {},
): Promise<DarkHouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tailwatch-dark-'));
  const folder = join(dataDir, 'dark');
  if (noDisk) await writeFile(folder, 'a file where the folder should be');
  const phones = await startPhones();
  const proxy = await startTcpProxy({ host: new URL(url).hostname, port: Number(new URL(url).port) });
  const password = 'internal-password';
  const broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    password,
    devicePassword: 'device-password',
    onMessage: (_topic, _payload, settle) => settle(),
  });
  const site = storySite({ officerSeconds, engineerSeconds: 60, principalSeconds: 60 });
  await applySite(db, { text: site, name: 'story.yaml', who: 'test', now: hostClock().now() });
  const way = new URL(url);
  way.hostname = '127.0.0.1';
  way.port = String(proxy.port);
  const house = await openHouse();
  const gatewayPort = String(withGateway ? await freePort() : 1);
  const env = {
    DATABASE_URL: way.href,
    CARRIER_URL: carrierUrl ?? phones.url,
    CARRIER_KEY: phones.key,
    PUBLIC_URL: `http://127.0.0.1:${gatewayPort}`,
    PORT: gatewayPort,
    MQTT_URL: `mqtt://tailwatch:${password}@127.0.0.1:${String(broker.port)}`,
    DATA_DIR: dataDir,
    DARK_CALLER: 'true',
    DARK_LISTEN: `127.0.0.1:${String(await freePort())}`,
    DARK_AFTER_MS: String(afterMs),
  };
  const alert = await house.run('alert', ['src/main.ts', 'alert'], env);
  if (withGateway) await house.run('gateway', ['src/main.ts', 'gateway'], env);
  let version = 0;
  let said: Unrecorded | null = null;
  const pulse = setInterval(() => {
    if (said !== null) broker.publish(UNRECORDED_TOPIC, JSON.stringify(said));
  }, 50);

  return {
    alert,
    env,
    phones,
    folder,
    loseDatabase() {
      proxy.open(false);
      proxy.cut();
    },
    hangDatabase: () => proxy.holdAnswers(),
    databaseBack() {
      said = null;
      proxy.open(true);
      proxy.release();
    },
    judgeSays(to, observedAt, told = {}) {
      const level = { siteId: 'story', target: TARGET, level: to, value: 338.95, limit: 338.89 };
      const target = { ...level, observedAt, verified: true, guarded: true, ...told };
      said = { at: observedAt, since: observedAt, targets: [target] };
    },
    async record(to, observedAt = Date.now()) {
      const { id: sensor_id } = await db.selectFrom('sensor').select('id').executeTakeFirstOrThrow();
      await db.transaction().execute(async (tx) => {
        await lockLog(tx, 'level_change');
        await tx
          .insertInto('level_change')
          .values({
            site_id: 'story',
            target: TARGET,
            sensor_id,
            from_level: 'normal',
            to_level: to,
            observed_at: new Date(observedAt),
            recorded_at: new Date(),
            cause: 'reached',
            value: 338.95,
            limit_value: 338.89,
            state_version: ++version,
          })
          .execute();
      });
    },
    async rosterWritten() {
      await eventually(async () => (await readdir(folder)).includes('roster.json'), { what: 'the roster' });
    },
    async imported() {
      await eventually(async () => (await readdir(folder)).some((name) => name.startsWith('imported-')), {
        what: 'the import of the journal',
      });
    },
    async [Symbol.asyncDispose]() {
      clearInterval(pulse);
      await house[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await phones[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

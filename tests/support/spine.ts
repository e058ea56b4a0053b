import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import { applySite } from '../../src/app/site-config-store.ts';
import { MINUTE } from '../../src/core/time.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { OpenDatabase } from '../../src/platform/database.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { openGate } from './gate.ts';
import type { Gate } from './gate.ts';
import { openHouse } from './running-house.ts';
import type { RunningProgram } from './running-house.ts';
import { startPhones } from './phone.ts';
import type { Phones } from './phone.ts';

interface SpineOptions {
  readonly databaseUrl: string;
  /** YAML of the site to watch. */
  readonly site: string;
  /** Besides those of the spine, or in their place. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The service as real processes around a test's database, with phones of the test at one end and its instruments at the other. */
export interface Spine extends AsyncDisposable {
  readonly judge: RunningProgram;
  readonly alert: RunningProgram;
  readonly gateway: RunningProgram;
  readonly phones: Phones;
  readonly database: OpenDatabase;
  /** Between the instruments and the broker. */
  readonly gate: Gate;
  /** Of the page. */
  readonly url: string;
  readonly account: { readonly name: string; readonly password: string };
  /** Keys, tokens and passwords that its programs were started with. */
  readonly secrets: readonly string[];
  /** Publishes one measurement as an instrument does (QoS 1) and resolves when it is acknowledged, however long that takes. */
  measure(topic: string, value: number, observedAt?: number): Promise<void>;
}

/** Starts judge (with its embedded broker), alert and gateway, and resolves when all of them are ready. */
export async function startSpine({ databaseUrl, site, settings = {} }: SpineOptions): Promise<Spine> {
  // However slowly programs start: a phone that nobody picks up rings until we hang up.
  const phones = await startPhones({ ringMs: 20 * MINUTE });
  const database = openDatabase(databaseUrl, { name: 'test spine', max: 4 });
  const clock = hostClock();
  await applySite(database.db, { text: site, name: 'story.yaml', who: 'test', now: clock.now() });
  const name = 'operator';
  const grants = [{ role: 'operator', siteId: null }] as const;
  const { password } = await createAccount(database.db, { name, grants, password: secretOf(9) }, clock.now());
  const [broker, web] = [await freePort(), await freePort()];
  const secret = (): string => secretOf(12);
  const passwords = { internal: secret(), device: secret() };
  const address = `127.0.0.1:${String(broker)}`;
  const shared = {
    DATABASE_URL: databaseUrl,
    MQTT_URL: `mqtt://tailwatch:${passwords.internal}@${address}`,
    CARRIER_URL: phones.url,
    CARRIER_KEY: phones.key,
    PORT: String(web),
    METRICS_TOKEN: secret(),
    JUDGE_TICK_MS: '200',
    ...settings,
  };
  const house = await openHouse();
  const run = (program: string, env: Record<string, string> = {}) =>
    house.run(program, ['src/main.ts', program], { ...shared, ...env });
  const judge = await run('judge', {
    MQTT_LISTEN: address,
    MQTT_PASSWORD: passwords.internal,
    MQTT_DEVICE_PASSWORD: passwords.device,
  });
  const [alert, gateway] = await Promise.all([run('alert'), run('gateway')]);
  const gate = await openGate(broker);
  const instrument = mqtt.connect(`mqtt://127.0.0.1:${String(gate.port)}`, {
    username: 'instruments',
    password: passwords.device,
    reconnectPeriod: 100,
    clean: false,
    clientId: 'story-instrument',
  });
  return {
    judge,
    alert,
    gateway,
    phones,
    database,
    gate,
    url: `http://127.0.0.1:${shared.PORT}`,
    account: { name, password },
    secrets: [...Object.values(passwords), phones.key, shared.METRICS_TOKEN, settings['SECRET_KEY'] ?? []].flat(),
    measure: (topic, value, observedAt = Date.now()) => publish(instrument, topic, { value, observedAt }),
    async [Symbol.asyncDispose]() {
      await instrument.endAsync(true);
      await gate[Symbol.asyncDispose]();
      await house[Symbol.asyncDispose]();
      await phones[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const secretOf = (bytes: number): string => randomBytes(bytes).toString('hex');

const publish = async (client: MqttClient, topic: string, payload: unknown): Promise<void> => {
  await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
};

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { brokerAddress } from '../core/broker-address.ts';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import { pause } from '../platform/back-off.ts';
import { embeddedUrl } from '../platform/embedded-postgres.ts';
import { freePort, isFree } from '../platform/free-port.ts';
import { secret } from '../platform/secrets.ts';
import { readSetting } from '../platform/settings.ts';
import type { Environment } from '../platform/settings.ts';
import { serviceUser } from './device-export.ts';

/** Tried first; remembered ones come even before. None is anybody's default, where users have their own servers. */
const USUAL: Partial<Record<Door, number>> = { http: 8080, mqtt: 1883, postgres: 15432, carrier: 4600, dark: 4610 };
/** Lines of the demo pond, each with simulated devices at its other end. */
export const DEMO_LINES = ['pond-radar', 'section-loggers', 'calling-logger', 'plc'] as const;
export type Door = 'http' | 'mqtt' | 'postgres' | 'carrier' | 'dark' | 'demo-feed' | (typeof DEMO_LINES)[number];

const Ports = z.object({
  http: z.number().optional(),
  mqtt: z.number().optional(),
  postgres: z.number().optional(),
  carrier: z.number().optional(),
  dark: z.number().optional(),
  'demo-feed': z.number().optional(),
  ...Object.fromEntries(DEMO_LINES.map((line) => [line, z.number().optional()])),
});

/** The ports of the embedded parts, the same at every start as long as nobody else has taken them. */
export interface DoorKeeper {
  /** A free port on `host`; `fixed` must be it. Throws `config/setting` naming `setting` where that one is taken. */
  choose(door: Door, host: string, fixed?: { readonly port: number; readonly setting: string }): Promise<number>;
  /** Writes the choices down for the next start. */
  remember(): Promise<void>;
}

export async function doorKeeper(dataDir: string): Promise<DoorKeeper> {
  const kept = await readPorts(dataDir);
  const chosen: Partial<Record<Door, number>> = { ...kept };
  return {
    async choose(door, host, fixed) {
      if (fixed !== undefined) {
        if (await becomesFree(fixed.port, host)) return fixed.port;
        throw new AppError(
          'config/setting',
          `${fixed.setting} must be a free port, and another program listens on ${host} port ${String(fixed.port)}`,
        );
      }
      const before = kept[door];
      if (before !== undefined && (await becomesFree(before, host))) return before;
      const taken = Object.values(chosen);
      const usual = [USUAL[door]].filter((port) => port !== undefined && !taken.includes(port)) as number[];
      let port = await freePort(usual, host);
      // Nobody listens yet at those that were chosen a moment ago.
      while (taken.includes(port)) port = await freePort([], host);
      chosen[door] = port;
      return port;
    },
    async remember() {
      const path = join(dataDir, 'ports.json');
      await writeFile(`${path}.new`, `${JSON.stringify(chosen)}\n`);
      await rename(`${path}.new`, path);
    },
  };
}

/** What a run that was killed a moment ago held is free again within seconds, when its processes have noticed. */
async function becomesFree(port: number, host: string): Promise<boolean> {
  for (let tries = 0; tries < 15; tries += 1) {
    if (await isFree(port, host)) return true;
    await pause(SECOND / 5, AbortSignal.timeout(SECOND));
  }
  return false;
}

async function readPorts(dataDir: string): Promise<Partial<Record<Door, number>>> {
  const text = await readFile(join(dataDir, 'ports.json'), 'utf8').catch(() => '{}');
  try {
    const { data = {} } = Ports.safeParse(JSON.parse(text));
    return Object.fromEntries(Object.entries(data).filter(([, port]) => port !== undefined));
  } catch {
    return {};
  }
}

/** DATA_DIR as an absolute path, made if it is not there. Throws `config/setting` where it cannot be written. */
export async function openDataDir(env: Environment): Promise<string> {
  const dataDir = resolve(readSetting(env, 'DATA_DIR'));
  const probe = join(dataDir, '.writable');
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given';
    throw new AppError(
      'config/setting',
      `DATA_DIR must be a folder that may be written, not "${dataDir}" (${reason})`,
      {
        cause,
      },
    );
  }
  return dataDir;
}

export interface DatabaseUrls {
  readonly databaseUrl: string;
  readonly databaseOwnerUrl: string;
}

/** The database that `start` keeps under DATA_DIR, for its two users: the service, and the owner of the tables. */
export async function embeddedUrls(dataDir: string, port: number): Promise<DatabaseUrls> {
  return {
    databaseUrl: embeddedUrl(port, await secret(dataDir, 'postgres-app-password'), 'tailwatch_app'),
    databaseOwnerUrl: embeddedUrl(port, await secret(dataDir, 'postgres-password')),
  };
}

/** The environment with DATABASE_URL and DATABASE_OWNER_URL, found in DATA_DIR where `start` keeps a database of its own. */
export async function withEmbeddedDatabase(env: Environment): Promise<Environment> {
  if (env['DATABASE_URL'] !== undefined && env['DATABASE_URL'] !== '') return env;
  const dataDir = resolve(readSetting(env, 'DATA_DIR'));
  const { postgres } = await readPorts(dataDir);
  if (postgres === undefined) return env;
  const { databaseUrl, databaseOwnerUrl } = await embeddedUrls(dataDir, postgres);
  return { ...env, DATABASE_URL: databaseUrl, DATABASE_OWNER_URL: databaseOwnerUrl };
}

/**
 * Who our own processes are at the broker: by MQTT_URL; else at the embedded one, by MQTT_PASSWORD or what `start` keeps
 * in DATA_DIR. Throws `config/setting` where neither says it.
 */
export async function brokerServiceUser(
  env: Environment,
): Promise<{ readonly user: string; readonly password: string }> {
  if (env['MQTT_URL']) return serviceUser(brokerAddress(env['MQTT_URL']), null);
  const dataDir = resolve(readSetting(env, 'DATA_DIR'));
  const wasStarted = (await readPorts(dataDir)).mqtt !== undefined;
  return serviceUser(null, env['MQTT_PASSWORD'] || (wasStarted ? await secret(dataDir, 'mqtt-password') : null));
}

/** How an instrument reaches the broker of a `start` with this environment; null where none was ever started on its DATA_DIR. */
export async function instrumentsUrl(env: Environment): Promise<string | null> {
  if (env['MQTT_URL']) return env['MQTT_URL'];
  const dataDir = resolve(readSetting(env, 'DATA_DIR'));
  const listen = env['MQTT_LISTEN'] ? readSetting(env, 'MQTT_LISTEN') : undefined;
  const port = listen?.port ?? (await readPorts(dataDir)).mqtt;
  if (port === undefined) return null;
  const host = listen === undefined || /^(0\.0\.0\.0|::)$/.test(listen.host) ? '127.0.0.1' : listen.host;
  const password = env['MQTT_DEVICE_PASSWORD'] || (await secret(dataDir, 'mqtt-device-password'));
  return `mqtt://instruments:${encodeURIComponent(password)}@${host}:${String(port)}`;
}

/** Touched by whoever plays a scenario by hand: meanwhile the demo's own instruments hold still. */
export const heldFile = (dataDir: string): string => join(dataDir, 'demo-held');

/** Where whoever plays a scenario by hand says what the demo's devices measure; null where they were never started. */
export async function demoFeed(env: Environment): Promise<number | null> {
  return (await readPorts(resolve(readSetting(env, 'DATA_DIR'))))['demo-feed'] ?? null;
}

/** Who the acquire process is at an outside broker, where it has a user of its own; null: it is who all of us are. */
export function acquireUserOf(env: Environment): { readonly user: string; readonly password: string } | null {
  const url = env['ACQUIRE_MQTT_URL'];
  if (!url || !env['MQTT_URL']) return null;
  const { user, password } = serviceUser(brokerAddress(url), null);
  return user === brokerAddress(env['MQTT_URL']).username ? null : { user, password };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { duty } from '../app/duty.ts';
import { watchdog } from '../app/watchdog.ts';
import { watchdogPolicy } from '../app/watchdog-policy.ts';
import { watchdogServer } from '../app/watchdog-server.ts';
import { WatchdogConfig } from '../contract/watchdog-config.ts';
import { AppError } from '../core/errors.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import { keepCertificate } from '../platform/certificate.ts';
import { hostClock } from '../platform/clock.ts';
import { listenFault } from '../platform/free-port.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import { httpUrl, readSetting } from '../platform/settings.ts';
import type { Environment } from '../platform/settings.ts';

/**
 * `watchdog FILE` waits for the signs of life of a service elsewhere, and calls the people of its file when they stop. It needs no
 * database and nothing of that service. Until `signal`. Throws `config/setting` with every fault of the file or the settings.
 */
export async function watchdogCommand(words: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) throw new AppError('config/setting', 'usage: tailwatch watchdog FILE');
  const config = await readConfig(file);
  const needed = (name: 'HEARTBEAT_KEY' | 'CARRIER_URL' | 'CARRIER_KEY'): string => {
    const value = readSetting(env, name);
    if (value === undefined)
      throw new AppError('config/setting', `${name} is missing: a watchdog hears and calls by itself`);
    return value;
  };
  const [key, url, carrierKey] = [
    needed('HEARTBEAT_KEY'),
    needed('CARRIER_URL').replace(/\/+$/, ''),
    needed('CARRIER_KEY'),
  ];
  const [host, port] = [readSetting(env, 'HOST'), readSetting(env, 'PORT')];
  const [cert, certKey] = [readSetting(env, 'TLS_CERT'), readSetting(env, 'TLS_KEY')];
  const tls = cert === undefined || certKey === undefined ? null : { cert, key: certKey };
  const publicUrl = (readSetting(env, 'PUBLIC_URL') ?? httpUrl(host, port, tls !== null)).replace(/\/+$/, '');
  const log = createLogger('watchdog', readSetting(env, 'LOG_LEVEL'));
  const clock = hostClock(readSetting(env, 'CLOCK_OFFSET_MS'));
  using certificate = tls === null ? null : keepCertificate(tls, { log, clock });
  const dog = await watchdog({
    patience: {
      silenceMs: config.silenceSeconds * SECOND,
      graceMs: config.graceSeconds * SECOND,
      longestStopMs: config.longestStopMinutes * MINUTE,
    },
    policy: watchdogPolicy(config),
    carrier: httpCarrier({ url, key: carrierKey, publicUrl }),
    folder: join(readSetting(env, 'DATA_DIR'), 'watchdog'),
    clock,
    log,
  });
  await using app = await watchdogServer({ dog, key, carrierKey, publicUrl, certificate, clock, log });
  await app.listen({ host, port }).catch((error: unknown) => {
    throw listenFault(error, { host, hostSetting: 'HOST', port, portSetting: 'PORT' });
  });
  log.info({ host, port, heardAt: dog.state().heardAt }, 'watching');
  tellReady();
  await duty(log, signal, 'watch', () => dog.pass(), SECOND / 2).done;
  await dog.stop();
}

async function readConfig(file: string): Promise<WatchdogConfig> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('config/setting', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  });
  const { data, error } = WatchdogConfig.safeParse(yamlOf(text, file));
  if (data !== undefined) return data;
  const faults = error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`);
  throw new AppError('config/setting', faults.join('\n'));
}

function yamlOf(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new AppError('config/setting', `${file}: ${(cause as Error).message}`, { cause });
  }
}

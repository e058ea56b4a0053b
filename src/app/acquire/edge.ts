import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { commandTopic } from '../../contract/acquire/command.ts';
import { EdgeConfig } from '../../contract/acquire/edge-config.ts';
import { AppError } from '../../core/errors.ts';
import { brokerTrust } from '../../platform/broker-trust.ts';
import { hostClock } from '../../platform/clock.ts';
import { tellReady } from '../../platform/lifeline.ts';
import { createLogger } from '../../platform/logger.ts';
import { readSetting, settingFilesRead } from '../../platform/settings.ts';
import type { Environment } from '../../platform/settings.ts';
import { PROTOCOLS } from '../acquire-lines.ts';
import type { Protocols } from '../acquire-lines.ts';
import { acquireWork } from './acquire-work.ts';

/**
 * The acquire process alone at a mine: its lines stand in a file, there is no database, and what the broker does not take
 * waits on its disk. Runs until `signal`. @throws AppError `config/invalid` with every fault of the file, or `config/setting`
 */
export async function runEdge(
  file: string,
  given: Environment,
  signal: AbortSignal,
  protocols: Protocols = PROTOCOLS,
): Promise<void> {
  const env = settingFilesRead(given);
  const config = edgeConfig(file, await readFile(file, 'utf8').catch(notReadable(file)));
  const url = readSetting(env, 'ACQUIRE_MQTT_URL') ?? readSetting(env, 'MQTT_URL');
  if (url === undefined)
    throw new AppError(
      'config/setting',
      'ACQUIRE_MQTT_URL is missing: it must be the MQTT URL of the broker, with the device that stands for this edge',
    );
  const log = createLogger('acquire', readSetting(env, 'LOG_LEVEL'));
  const work = await acquireWork({
    name: config.edge,
    dataDir: join(readSetting(env, 'DATA_DIR'), 'acquire'),
    secretsDir: readSetting(env, 'ACQUIRE_SECRETS') ?? null,
    broker: {
      url,
      trust: brokerTrust({
        ca: readSetting(env, 'MQTT_CA'),
        cert: readSetting(env, 'MQTT_CERT'),
        key: readSetting(env, 'MQTT_KEY'),
      }),
      hears: [commandTopic(config.site, config.edge)],
    },
    spool: { megabytes: readSetting(env, 'SPOOL_MEGABYTES'), days: readSetting(env, 'SPOOL_DAYS') },
    protocols,
    clock: hostClock(),
    log,
  });
  const { site: siteId, timeZone } = config;
  await work.follow(config.acquire.map((line) => ({ siteId, timeZone, line })));
  tellReady();
  await work.run(signal);
}

function edgeConfig(file: string, text: string): EdgeConfig {
  let written: unknown;
  try {
    written = parse(text);
  } catch (cause) {
    throw new AppError('config/invalid', `${file}: ${(cause as Error).message}`, { cause });
  }
  const { data, error } = EdgeConfig.safeParse(written);
  if (data === undefined) {
    const faults = error.issues.map(({ path, message }) => `${file} ${path.map(String).join('.')}: ${message}`);
    throw new AppError('config/invalid', faults.join('\n'));
  }
  const strange = data.acquire.find(({ edge }) => edge !== data.edge && edge !== 'central');
  if (strange === undefined) return data;
  throw new AppError(
    'config/invalid',
    `${file}: the line "${strange.name}" is for "${strange.edge}", not for "${data.edge}"`,
  );
}

const notReadable =
  (file: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw new AppError(
      'config/setting',
      `--config must name a file that can be read, not ${file} (${cause.code ?? ''})`,
      {
        cause,
      },
    );
  };

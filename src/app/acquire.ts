import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandsTo } from '../contract/acquire/command.ts';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import { brokerTrust } from '../platform/broker-trust.ts';
import { hostClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import type { Logger } from '../platform/logger.ts';
import { listen } from '../platform/notify.ts';
import type { Settings } from '../platform/settings.ts';
import { pause } from '../platform/back-off.ts';
import { acquireWork } from './acquire/acquire-work.ts';
import { atPort } from './acquire/line-port.ts';
import type { SiteLine } from './acquire/line-runner.ts';
import { PROTOCOLS } from './acquire-lines.ts';
import type { Protocols } from './acquire-lines.ts';
import { loadSites } from './site-config-store.ts';
import type { LoadedSite } from './site-model.ts';

/** A wake-up may be missed: so often it is looked whether lines have changed. */
const LOOK_EVERY_MS = 15 * SECOND;

/** The process that runs the lines of all sites which name it, or no other. Runs until `signal`. */
export async function runAcquire(
  settings: Settings,
  signal: AbortSignal,
  protocols: Protocols = PROTOCOLS,
): Promise<void> {
  const log = createLogger('acquire', settings.logLevel);
  const clock = hostClock(settings.clockOffsetMs);
  const { name, brokerUrl, secretsDir, ports, spool } = settings.acquire;
  if (brokerUrl === null) throw new AppError('config/setting', 'MQTT_URL is missing: it must be an MQTT URL');
  const dataDir = join(settings.dataDir, 'acquire');
  const work = await acquireWork({
    name,
    dataDir,
    secretsDir,
    broker: { url: brokerUrl, trust: brokerTrust(settings.mqttTrust), hears: [commandsTo(name)] },
    spool,
    protocols,
    clock,
    log,
  });
  const known = knownLines(join(dataDir, 'lines.json'));
  await using database = openDatabase(settings.databaseUrl, { name: 'acquire', max: 2 });

  let due = Promise.withResolvers<void>();
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const listening = listen(settings.databaseUrl, {
    name: 'acquire',
    channels: ['site_config'],
    wake: () => due.resolve(),
    signal: until,
  });
  let isAway = false;
  const look = async (): Promise<void> => {
    try {
      const wanted = linesOf(await loadSites(database.db), name, ports);
      isAway = false;
      await work.follow(wanted);
      await known.keep(wanted);
    } catch (error) {
      if (isAway) return;
      isAway = true;
      log.warn({ fault: (error as Error).message }, 'the database is away: the lines go on as they were');
      if (work.lines.lines().length === 0) await work.follow(await known.read(log));
    }
  };
  const following = (async (): Promise<void> => {
    await look();
    tellReady();
    while (!until.aborted) {
      await Promise.race([due.promise, pause(LOOK_EVERY_MS, until)]);
      due = Promise.withResolvers();
      if (!until.aborted) await look();
    }
  })();
  try {
    await work.run(signal);
  } finally {
    over.abort();
    await following;
    await listening;
  }
}

/** The lines that name this process. */
const linesOf = (sites: readonly LoadedSite[], edge: string, ports: ReadonlyMap<string, number>): SiteLine[] =>
  sites.flatMap(({ siteId, config }) =>
    (config.acquire ?? [])
      .filter((line) => line.edge === edge)
      .map((line) => ({ siteId, timeZone: config.timeZone, line: atPort(line, ports.get(`${siteId}/${line.name}`)) })),
  );

/** The lines as the database had them last: a start without it goes on with those. */
const knownLines = (path: string) => ({
  async keep(lines: readonly SiteLine[]): Promise<void> {
    const text = JSON.stringify(lines);
    if ((await readFile(path, 'utf8').catch(() => '')) === text) return;
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  },
  async read(log: Logger): Promise<readonly SiteLine[]> {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as readonly SiteLine[];
    } catch {
      log.warn('there are no lines from before either');
      return [];
    }
  },
});

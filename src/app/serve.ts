import { once } from 'node:events';
import { SECOND } from '../core/time.ts';
import type { DurationMs } from '../core/time.ts';
import { readCertificate } from '../platform/certificate.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import { readSettings } from '../platform/settings.ts';
import { supervisor } from '../platform/supervisor.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { faultOf } from './duty.ts';
import { serviceProgram } from './programs.ts';

/** How long a database may take to come up. */
const COMES_UP_MS = 60 * SECOND;

/**
 * The service with the settings given: judge, acquire, alert and gateway, each a process of its own, until `signal`.
 * Throws before anything is started when a setting is wrong, or the database is out of reach or newer than we; only who
 * calls without a database goes on without one that may come.
 */
export async function runServe(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const settings = readSettings(env, { broker: true });
  if (settings.tls !== null) readCertificate(settings.tls);
  const log = createLogger('serve', settings.logLevel);
  const prepare = async (withinMs: DurationMs): Promise<void> => {
    await bringUpToDate(settings, { withinMs, signal, tell: (line) => log.warn(line) });
  };
  const { dark } = settings;
  await prepare(dark === null ? COMES_UP_MS : Math.min(COMES_UP_MS, dark.afterMs)).catch((error: unknown) => {
    if (dark === null || signal.aborted || !isDatabaseAway(error)) throw error;
    log.fatal('the database is away: what can be done without it is begun');
    void prepare(Number.POSITIVE_INFINITY).catch((still: unknown) => {
      if (!signal.aborted) log.fatal(faultOf(still), 'the database could not be brought up to date');
    });
  });
  const programs = supervisor({
    tell: (event) => {
      if (event.type === 'ready') log.info({ program: event.name, programPid: event.pid }, 'ready');
      else log.error({ program: event.name, how: event.how, againInMs: event.againInMs }, 'ended unasked');
    },
  });
  const started = (['judge', 'acquire', 'alert', 'gateway'] as const).map((name) =>
    programs.start(serviceProgram(name, env)),
  );
  void Promise.allSettled(started).then((results) => {
    if (results.every(({ status }) => status === 'fulfilled')) tellReady();
  });
  process.on('SIGHUP', programs.hangUp);
  if (!signal.aborted) await once(signal, 'abort');
  process.off('SIGHUP', programs.hangUp);
  await programs.stop();
}

import { once } from 'node:events';
import { openDatabase } from '../platform/database.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import { migrate } from '../platform/migrate.ts';
import { reachDatabase } from '../platform/reach-database.ts';
import { readSettings } from '../platform/settings.ts';
import { supervisor } from '../platform/supervisor.ts';
import { serviceProgram } from './programs.ts';

/**
 * The service with the settings given: judge, alert and gateway, each a process of its own, until `signal`.
 * Throws before anything is started when a setting is wrong, or the database is out of reach or newer than we.
 */
export async function runServe(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const settings = readSettings(env, { broker: true });
  const log = createLogger('serve', settings.logLevel);
  {
    await using database = openDatabase(settings.databaseUrl, { name: 'serve', max: 1 });
    await reachDatabase(database.pool, {
      withinMs: 60_000,
      signal,
      waiting: (line) => log.warn(`${line}; waiting for it`),
    });
    await migrate(database.pool);
  }
  const programs = supervisor({
    tell: (event) => {
      if (event.type === 'ready') log.info({ program: event.name, programPid: event.pid }, 'ready');
      else log.error({ program: event.name, how: event.how, againInMs: event.againInMs }, 'ended unasked');
    },
  });
  const started = (['judge', 'alert', 'gateway'] as const).map((name) => programs.start(serviceProgram(name, env)));
  void Promise.allSettled(started).then((results) => {
    if (results.every(({ status }) => status === 'fulfilled')) tellReady();
  });
  if (!signal.aborted) await once(signal, 'abort');
  await programs.stop();
}

import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import type { Carrier } from '../../alerting/channels/carrier.ts';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { checkCarrier } from '../../alerting/io/carrier-check.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import type { DurationMs } from '../core/time.ts';
import { backOffMs, pause } from '../platform/back-off.ts';
import { databaseClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import type { Logger } from '../platform/logger.ts';
import { listen } from '../platform/notify.ts';
import type { Channel } from '../platform/notify.ts';
import type { Settings } from '../platform/settings.ts';
import { loadSites } from './site-config-store.ts';
import { policyOf } from './site-model.ts';

/** How long a duty rests when nobody wakes it. A wake-up is only faster than this. */
const POLL_MS = SECOND;
const CARRIER_CHECK_MS = 30 * SECOND;

/** The process that calls people: follows the logs, climbs what is due, performs attempts. Runs until `signal`. */
export async function runAlert(settings: Settings, signal: AbortSignal): Promise<void> {
  const log = createLogger('alert', settings.logLevel);
  await using database = openDatabase(settings.databaseUrl, { name: 'alert', max: 10 });
  const { db } = database;
  const clock = databaseClock(settings.clockOffsetMs);
  const carrier = carrierOf(settings);
  const desk = calloutDesk({
    db,
    clock,
    draw: Math.random,
    async policyOf(siteId) {
      const [site] = await loadSites(db, [siteId]);
      if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
      return policyOf(site);
    },
  });
  const box = outbox({
    db,
    clock,
    carrier: carrier ?? NO_CARRIER,
    draw: Math.random,
    failed: (error, attemptId) =>
      log.error({ ...faultOf(error), attemptId }, 'an attempt could not be written down; its lease brings it back'),
  });
  const duties = [
    duty(log, signal, 'follow levels', () => desk.followLevelChanges()),
    duty(log, signal, 'follow visibility', () => desk.followVisibility()),
    duty(log, signal, 'climb', () => desk.takeDue()),
    duty(log, signal, 'call', () => box.pass()),
    duty(log, signal, 'check the carrier', () => checkCarrier(db, clock, carrier), CARRIER_CHECK_MS),
  ] as const;
  const [levels, visibility, , calls] = duties;
  const wakes: Partial<Record<Channel, () => void>> = {
    level_change: levels.wake,
    visibility_change: visibility.wake,
    attempt: calls.wake,
  };
  const channels = Object.keys(wakes) as Channel[];
  const listening = listen(settings.databaseUrl, {
    name: 'alert',
    channels,
    wake: (channel) => wakes[channel]?.(),
    signal,
  });
  await db.selectFrom('log_position').select('reader').limit(1).execute();
  tellReady();
  log.info({ carrier: carrier === null ? 'none' : 'http' }, 'watching');
  await Promise.all([...duties.map(({ done }) => done), listening]);
  const patience = new AbortController();
  await Promise.race([box.settled(), pause(2 * SECOND, patience.signal)]);
  patience.abort();
}

function carrierOf({ carrierUrl, carrierKey, publicUrl }: Settings): Carrier | null {
  return carrierUrl === null || carrierKey === null
    ? null
    : httpCarrier({ url: carrierUrl, key: carrierKey, publicUrl });
}

/** Without a carrier every attempt waits for one: ladders climb, the page says that nobody can be called. */
const unreachable = (): Promise<never> =>
  Promise.reject(new AppError('carrier/unreachable', 'no carrier is configured', { retryable: true }));
const NO_CARRIER: Carrier = { call: unreachable, message: unreachable, hangUp: unreachable, about: unreachable };

interface Duty {
  /** Asks for another round as soon as the present one is over. */
  wake(): void;
  /** Resolves when the signal has ended it. */
  readonly done: Promise<void>;
}

/** Does one thing over and over: when woken, else after a rest. A failure is logged when it changes, and tried again ever more slowly. */
function duty(
  log: Logger,
  signal: AbortSignal,
  name: string,
  work: () => Promise<unknown>,
  restMs: DurationMs = POLL_MS,
): Duty {
  let rest = new AbortController();
  return { wake: () => rest.abort(), done: run() };

  async function run(): Promise<void> {
    let failures = 0;
    let last = '';
    while (!signal.aborted) {
      rest = new AbortController();
      try {
        await work();
        if (failures > 0) log.info({ duty: name, failures }, 'works again');
        failures = 0;
        last = '';
      } catch (error) {
        failures += 1;
        if (String(error) !== last) log.error({ ...faultOf(error), duty: name }, 'failed; tried again');
        last = String(error);
      }
      const length = failures === 0 ? restMs : backOffMs(failures, 100, 5 * SECOND);
      await pause(length, AbortSignal.any([signal, rest.signal]));
    }
  }
}

/** What a log line says of a failure. Not the error itself: the database repeats rows in it, with telephone numbers. */
const faultOf = (error: unknown): Readonly<Record<string, unknown>> => ({
  fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
  ...(error instanceof Error && 'code' in error && { sort: error.code }),
});

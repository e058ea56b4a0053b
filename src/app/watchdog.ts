import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Carrier } from '../../alerting/channels/carrier.ts';
import { fold } from '../../alerting/dark/fold.ts';
import { beginning, darkSession } from '../../alerting/io/dark-session.ts';
import type { DarkSession } from '../../alerting/io/dark-session.ts';
import { darkFolder } from '../../alerting/io/dark-folder.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import { UNHEARD, silent, watched } from '../../alerting/watchdog/watch.ts';
import type { Patience, Watch, WatchEvent } from '../../alerting/watchdog/watch.ts';
import type { HeartbeatBody } from '../contract/watchdog-config.ts';
import { AppError } from '../core/errors.ts';
import type { Clock } from '../core/time.ts';
import type { CarrierReplyBody, CarrierReportBody } from '../gateway/carrier-messages.ts';
import { keptFile } from '../platform/kept-file.ts';
import type { Logger } from '../platform/logger.ts';
import { WATCHDOG } from './watchdog-policy.ts';

interface WatchdogOptions {
  readonly patience: Patience;
  readonly policy: CalloutPolicy;
  readonly carrier: Carrier;
  /** Of its state and its journal. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What hears a service's signs of life, and calls people when there are none. */
export interface Watchdog {
  /** Resolves when what was heard is on disk. */
  hear(said: HeartbeatBody): Promise<void>;
  /** Calls what is due. */
  pass(): Promise<void>;
  state(): Watch;
  /** Throws `attempt/not-found`. */
  report(attemptId: string, report: CarrierReportBody): Promise<CarrierReplyBody>;
  reply(from: string, text: string): Promise<CarrierReplyBody | null>;
  /** Asks the carrier for nothing more. */
  stop(): Promise<void>;
}

/**
 * Opens a watchdog from what it has kept on disk: a call that it had begun when it was killed is gone on with. It calls as the dark
 * caller does, from a journal, by the same reducer: rung by rung until somebody presses the digit. When the service is heard
 * again it dials nobody more; a phone that rings may still be answered.
 */
export async function watchdog({ patience, policy, carrier, folder, clock, log }: WatchdogOptions): Promise<Watchdog> {
  const kept = keptFile(join(folder, 'watch.json'));
  const disk = darkFolder(folder);
  const { dark, journal } = await disk.openJournal();
  const text = await kept.read();
  // Written here alone, as this type.
  let watch = text === null ? UNHEARD : (JSON.parse(text) as Watch);
  const startedAt = clock.now();
  let session: DarkSession | null = dark === null ? null : sessionFrom(dark);
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: each decides by what the one before has written. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };

  function sessionFrom(told: NonNullable<typeof dark>): DarkSession {
    return darkSession(told, {
      journal,
      clock,
      carrier,
      draw: () => randomInt(2 ** 32) / 2 ** 32,
      unrecorded: () => [],
      unwritten: (error) => log.fatal({ fault: String(error) }, 'the journal cannot be written: calls go on'),
      failed: (error, attemptId) => log.error({ fault: String(error), attemptId }, 'an attempt failed'),
    });
  }

  async function take(event: WatchEvent): Promise<void> {
    const { next, effect } = watched(patience, watch, event);
    if (next !== watch) await keep(next);
    if (effect === 'end') await end();
    // Also after a crash between the two: what the state says is done.
    if (watch.silentSince !== null && session === null) await call(watch.silentSince);
  }

  /** A disk that takes nothing must not keep people from being called. */
  async function keep(next: Watch): Promise<void> {
    watch = next;
    await kept
      .write(JSON.stringify(next))
      .catch((error: unknown) => log.fatal({ fault: String(error) }, 'the state cannot be kept'));
  }

  async function call(since: NonNullable<Watch['silentSince']>): Promise<void> {
    const entry = beginning([{ siteId: WATCHDOG, policy, callout: null }], since, clock.now(), silent(since));
    const began = fold(null, entry);
    if (began === null) return;
    await journal
      .append([entry])
      .catch((error: unknown) => log.fatal({ fault: String(error) }, 'the journal cannot be written: calls go on'));
    session = sessionFrom(began);
    log.fatal({ since }, 'nothing is heard of the service: people are called');
  }

  async function end(): Promise<void> {
    log.warn('the service is heard again: nobody more is called');
    const ending = session;
    session = null;
    await ending?.stop();
    if (ending !== null) await journal.putAway('over');
  }

  return {
    hear: (said) =>
      inTurn(() =>
        take(
          said.type === 'alive'
            ? { type: 'alive', at: clock.now(), upMs: said.upMs }
            : { type: 'stopping', at: clock.now(), forMs: said.forMs, why: said.why },
        ),
      ),
    async pass() {
      await inTurn(() => take({ type: 'time-passed', at: clock.now(), startedAt }));
      await session?.pass();
    },
    state: () => watch,
    async report(attemptId, report) {
      if (session === null) throw new AppError('attempt/not-found', 'there is no such attempt');
      return session.report(attemptId, report);
    },
    reply: async (from, written) => session?.reply(from, written) ?? null,
    async stop() {
      await inTurn(async () => session?.stop());
    },
  };
}

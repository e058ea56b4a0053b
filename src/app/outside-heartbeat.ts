import type { HeartbeatBody } from '../contract/watchdog-config.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import type { DurationMs } from '../core/time.ts';
import type { Readiness } from '../gateway/ports.ts';
import type { Logger } from '../platform/logger.ts';
import type { HeartbeatSettings } from '../platform/settings.ts';
import { duty } from './duty.ts';

/** An ordered stop is believed to be a restart: who needs longer says so beforehand. */
const RESTART_WITHIN_MS: DurationMs = 5 * MINUTE;

interface HeartbeatOptions extends HeartbeatSettings {
  readonly readiness: () => Promise<Readiness>;
  readonly log: Logger;
}

/**
 * Sends a sign of life while all is well, and none otherwise: database, broker, judge, the process that calls, its auditor, a
 * carrier that can be reached, nothing neglected. At `signal` it says that this is an ordered stop. Who waits for it calls people when it
 * stops coming.
 */
export async function outsideHeartbeat(
  { readiness, log, ...to }: HeartbeatOptions,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  let missing: readonly string[] = [];
  await duty(
    log,
    signal,
    'send a sign of life',
    async () => {
      const lacks = notWell(await readiness());
      if (lacks.join() !== missing.join())
        log.warn(
          { lacks },
          lacks.length === 0 ? 'all is well: signs of life are sent' : 'not all is well: no sign of life is sent',
        );
      missing = lacks;
      if (lacks.length === 0) await say(to, { type: 'alive', upMs: Math.round(performance.now() - began) });
    },
    to.everyMs,
  ).done;
  await say(to, { type: 'stopping', forMs: RESTART_WITHIN_MS, why: 'ordered stop' }, 1.5 * SECOND).catch(() => {});
}

/** What keeps a service from doing what it is there for. */
const notWell = ({ carrier, audited, ...parts }: Readiness): readonly string[] => [
  ...(['database', 'broker', 'judge', 'alert', 'armed', 'auditor'] as const).filter((part) => !parts[part]),
  ...(carrier?.reachable === true ? [] : ['carrier']),
  ...(audited.neglects > 0 || audited.standingIn ? ['calling'] : []),
];

/** Throws where nobody took it. */
export async function say(
  { url, key }: Pick<HeartbeatSettings, 'url' | 'key'>,
  body: HeartbeatBody,
  withinMs: DurationMs = 5 * SECOND,
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(withinMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the sign of life was answered with ${String(response.status)}`);
}

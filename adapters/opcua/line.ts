import { AppError } from '../../src/core/errors.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { backOffMs, pause } from '../../src/platform/back-off.ts';
import type { OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import type { Line, LinePorts, LineReport } from '../acquisition.ts';
import { failureOf } from './failure.ts';
import { hushLibrary } from './library-voice.ts';
import { LINE_TIMES } from './line-times.ts';
import type { LineTimes } from './line-times.ts';
import { openSession } from './session.ts';
import type { UaSession } from './session.ts';
import { valuesOut } from './values-out.ts';
import { decoded, watchSession } from './watch-session.ts';

/** Refusals that only a person can end. */
const FOR_A_PERSON: ReadonlySet<string> = new Set(['not-trusted', 'login-refused']);

/** By this watches are timed: the host's clock may be set back by hours, and silence must not go unnoticed for as long. */
const steadily = (): Instant => instant(performance.now());

/**
 * A line to an OPC UA server. Each session is a client of its own, watched from outside, and given up at the first
 * doubt; the next begins from nothing.
 *
 * ```
 *  connecting ──► session ──► subscribed ──► looked at every 5 s ──┐
 *      ▲                                                           │ lost, silent, no answer, undelivered
 *      └──── pause 1 s … 10 s (60 s where a person must act) ◄─────┘ fault on record
 * ```
 */
export function opcUaLine(config: OpcUaLine, ports: LinePorts, times: LineTimes = LINE_TIMES): Line {
  const out = valuesOut(ports);
  let session: UaSession | null = null;
  let isClockWrong = false;
  let anewForNodeAt = -Infinity;

  const report = oncePerChange(ports.report);
  const hold = async (signal: AbortSignal): Promise<void> => {
    const name = `${ports.site.id}:${config.name}`;
    const { folder, secret } = ports;
    const opened = await openSession(config, { ...times, folder, secret, name }, signal);
    try {
      session = opened;
      await watchSession(opened, {
        config,
        times,
        clock: ports.clock,
        steadily,
        out,
        report,
        clockIsWrong: (is) => {
          isClockWrong = is;
        },
        mayBeginAnew() {
          if (steadily() - anewForNodeAt < times.anewForNodeMs) return false;
          anewForNodeAt = steadily();
          return true;
        },
        signal,
      });
    } finally {
      session = null;
      await opened.close(times.closeWithinMs);
    }
  };

  return {
    async run(signal) {
      hushLibrary(ports.log);
      let failures = 0;
      report({ state: 'connecting' });
      while (!signal.aborted) {
        const begun = steadily();
        try {
          await hold(signal);
        } catch (error) {
          if (signal.aborted) return;
          const { fault, detail } = failureOf(error);
          report({ state: 'faulty', fault, detail });
          failures = steadily() - begun > MINUTE ? 0 : failures + 1;
          const { retryFirstMs, retryMostMs, refusedRetryMs } = times;
          const backOff = backOffMs(Math.max(0, failures - 1), retryFirstMs, retryMostMs);
          // What cannot be stored is beyond us: it ends the line.
          await out.stored();
          await pause(FOR_A_PERSON.has(fault) ? refusedRetryMs : backOff, signal);
        }
      }
    },
    async measure(sensorCodes, signal) {
      const items = config.items.filter(({ sensor }) => sensorCodes.includes(sensor));
      if (items.length === 0) throw new AppError('sensor/not-found', `${config.name} has none of these sensors`);
      if (session === null)
        throw new AppError('adapter/not-connected', `${config.endpoint} is not connected`, { retryable: true });
      const values = await session
        .read(
          items.map(({ node }) => node),
          signal,
        )
        .catch((cause: unknown) => {
          throw new AppError('adapter/not-connected', failureOf(cause).detail, { cause, retryable: true });
        });
      const reception = { receivedAt: ports.clock.now(), time: config.time, isClockWrong };
      await ports.offer(decoded(items, values, reception));
    },
    liveRaw: out.liveRaw,
  };
}

/** The line has thousands of nodes and looks at each every few seconds: what it has said is not said again. */
function oncePerChange(tell: LinePorts['report']): LinePorts['report'] {
  const said = new Map<string | undefined, string>();
  return (report: LineReport) => {
    const { device, state, fault = '' } = report;
    const key = `${state} ${fault}`;
    // A device of which nothing was ever wrong is not news.
    if (device !== undefined && state === 'connected' && !said.has(device)) return;
    if (said.get(device) === key && fault !== 'not-trusted') return;
    said.set(device, key);
    tell(report);
  };
}

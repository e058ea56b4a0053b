import type { Acquired } from '../../src/core/acquired.ts';
import type { OpcUaItem, OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { LineReport } from '../acquisition.ts';
import { rawOf } from './decode.ts';
import type { UaValue } from './decode.ts';
import type { LineTimes } from './line-times.ts';
import { statusVerdict } from './status-quality.ts';
import type { Subscribed } from './subscription.ts';
import { afterNotice, afterRead, afterSubscribing, isDue, isStale, unwatched } from './watch-plan.ts';
import type { Look, Watched } from './watch-plan.ts';

/** One node in one session: what came of it, and what that says. The rules are in `watch-plan.ts`. */
export interface ItemWatch {
  readonly item: OpcUaItem;
  subscribed(result: Subscribed, at: Instant): void;
  notice(ua: UaValue, at: Instant): void;
  read(ua: UaValue, at: Instant): Look;
  /**
   * Keeps a value that was read until whatever the subscription had under way has come: an excursion that is told after a
   * newer value would come too late to be judged. A notification makes it void.
   */
  hold(acquired: Acquired, at: Instant): void;
  /** A value that was held for long enough. */
  release(at: Instant): Acquired | null;
  isDue(at: Instant): boolean;
  isSubscribed(): boolean;
  /** How the node is now: `connected`, or why nothing fresh comes of it. And how its queue at the server is. */
  reports(at: Instant): readonly LineReport[];
}

export function itemWatch(item: OpcUaItem, line: OpcUaLine, times: LineTimes, begunAt: Instant): ItemWatch {
  const { time } = line;
  let watched: Watched = unwatched(begunAt);
  let last: UaValue | null = null;
  let isGone = false;
  let lostAt: Instant | null = null;
  let waiting: { readonly acquired: Acquired; readonly at: Instant } | null = null;
  let held: Subscribed | null = null;
  const samplingMs = (item.samplingSeconds ?? line.samplingSeconds) * SECOND;
  const staleAfterMs = (item.staleSeconds ?? line.staleSeconds) * times.staleUnitMs;

  return {
    item,
    subscribed(result, at) {
      held = result.refusal === null ? result : null;
      if (held !== null) watched = afterSubscribing(watched, at);
    },
    notice(ua, at) {
      last = ua;
      isGone = false;
      waiting = null;
      watched = afterNotice(watched, ua, at, time);
      if (statusVerdict(ua.status).hasLost) lostAt = at;
    },
    read(ua, at) {
      last = ua;
      const deliveredWithinMs =
        Math.max(samplingMs, held?.samplingMs ?? 0) + line.publishSeconds * SECOND + times.deliveryMs;
      const { rereadAfterMs } = times;
      const { deadband } = item;
      const { next, look } = afterRead(watched, ua, at, {
        rereadAfterMs,
        deliveredWithinMs,
        staleAfterMs,
        deadband,
        time,
      });
      watched = next;
      isGone = look === 'gone';
      if (isGone) {
        held?.drop();
        held = null;
      }
      return look;
    },
    hold(acquired, at) {
      waiting ??= { acquired, at };
    },
    release(at) {
      if (waiting === null || at - waiting.at < line.publishSeconds * SECOND + times.deliveryMs) return null;
      const { acquired } = waiting;
      waiting = null;
      return acquired;
    },
    isDue: (at) => isDue(watched, at, times.rereadAfterMs),
    isSubscribed: () => watched.noticedAt !== null,
    reports: (at) => [nodeReport(at), queueReport(at)],
  };

  function nodeReport(at: Instant): LineReport {
    const device = item.sensor;
    if (isGone && last !== null)
      return { device, state: 'faulty', fault: 'refused-request', detail: `${item.node}: ${rawOf(last)}` };
    if (last === null || !isStale(watched, at, staleAfterMs)) return { device, state: 'connected' };
    const detail = `${item.node}: the server gives over and over what it had ${ownTimeOf(watched)}`;
    return { device, state: 'faulty', fault: 'silent', detail };
  }

  /** A device that no sensor is of: what is lost of a node does not make it blind. */
  function queueReport(at: Instant): LineReport {
    const device = `queue of ${item.sensor}`;
    if (lostAt === null || at - lostAt > LOSS_TOLD_MS) return { device, state: 'connected' };
    return { device, state: 'faulty', fault: 'spool-full', detail: `${item.node}: the queue of the server ran over` };
  }
}

/** A loss is over when there was none for so long. */
const LOSS_TOLD_MS = 10 * MINUTE;

const ownTimeOf = ({ ownTime }: Watched): string =>
  ownTime === null ? 'without a time' : `at ${new Date(ownTime).toISOString()}`;

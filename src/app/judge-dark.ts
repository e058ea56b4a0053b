import type { MqttSource } from '../../adapters/mqtt/mqtt-source.ts';
import type { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { UNRECORDED_TOPIC } from '../contract/live.ts';
import type { Unrecorded } from '../contract/live.ts';
import type { Reading } from '../core/reading.ts';
import { MINUTE, SECOND, elapsedMs, instant } from '../core/time.ts';
import type { Clock, DurationMs, Instant } from '../core/time.ts';
import { pause } from '../platform/back-off.ts';
import type { Logger } from '../platform/logger.ts';
import { faultOf } from './duty.ts';
import { liveMessages } from './live-readings.ts';
import type { Shadow } from './shadow.ts';

interface DarkPorts {
  readonly queue: IntakeQueue;
  readonly source: MqttSource;
  readonly clock: Clock;
  readonly log: Logger;
  /** Opens the line to the broker. Never throws. */
  readonly connect: () => Promise<void>;
  /** How long it rests between two looks at what waits. */
  readonly lookEveryMs?: DurationMs;
}

/** The judge whose session was lost. */
interface LostJudge {
  readonly shadow: () => Shadow;
  /** It has committed something before. */
  readonly hasCommitted: boolean;
}

const LOOK_EVERY_MS = SECOND / 5;
/** Messages judged in one go: between two the process attends to everything else. */
const MESSAGES_A_LOOK = 1_000;
/** A line that is lost again so soon was taken by another judge of the same name, or the broker does not hold it. */
const SOON_MS = 10 * SECOND;

/**
 * Judging while the database is away, by a shadow of the judge that was.
 *
 * ```
 *   over ── begin ──► dark: looks at what waits, publishes it as unrecorded ── rest ──► catching up ── all of it recorded ──► over
 *                        ▲                                                                  │
 *                        └───────────────────────── begin ──────────────────────────────────┘
 * ```
 *
 * Nothing is taken out of the queue, settled or written. A judge that has committed meanwhile begins with a new shadow,
 * which sees everything again that still waits.
 */
export function judgeInDark({ queue, source, clock, log, connect, lookEveryMs = LOOK_EVERY_MS }: DarkPorts) {
  let since: Instant | undefined;
  let shadow: Shadow | undefined;
  let isBlind = false;
  let over = new AbortController();
  let looking: Promise<void> | undefined;
  let line = { isUp: true, opened: instant(-Infinity), notBefore: instant(-Infinity) };

  const tell = (at: Instant): void => {
    if (since === undefined || shadow === undefined) return;
    const unrecorded: Unrecorded = { at, since, targets: shadow.targets() };
    source.publish(UNRECORDED_TOPIC, JSON.stringify(unrecorded));
  };

  const publish = (readings: readonly Reading[], { siteOf }: Shadow): void => {
    for (const { topic, payload } of liveMessages(readings, siteOf, false)) source.publish(topic, payload);
  };

  const keepLine = (now: Instant): void => {
    if (source.isConnected) {
      if (!line.isUp) line = { ...line, isUp: true, opened: now };
      return;
    }
    const isStolen = line.isUp && elapsedMs(line.opened, now) < SOON_MS;
    line = { ...line, isUp: false, notBefore: isStolen ? instant(now + MINUTE) : line.notBefore };
    if (now >= line.notBefore) void connect();
  };

  const look = async (judging: Shadow, signal: AbortSignal): Promise<void> => {
    let ticked = clock.now();
    let saidFull = false;
    while (!signal.aborted) {
      const fresh = queue.see(MESSAGES_A_LOOK);
      try {
        if (fresh.length > 0) publish((await judging.take(fresh)).readings, judging);
        const now = clock.now();
        if (elapsedMs(ticked, now) >= SECOND) {
          ticked = now;
          keepLine(now);
          // What waits at its source has not fallen silent.
          if (!queue.isFull) publish(await judging.tick(source.isConnected), judging);
        }
      } catch (error) {
        log.error(faultOf(error), 'cannot be judged in memory');
      }
      if (fresh.length > 0) tell(clock.now());
      if (queue.isFull && !saidFull)
        log.warn('as much waits as may: what comes now stays with its source and is not judged');
      saidFull = queue.isFull;
      await pause(queue.hasUnseen ? 0 : lookEveryMs, signal);
    }
  };

  const rest = async (): Promise<void> => {
    over.abort();
    await looking;
    looking = undefined;
  };

  return {
    /** The database is away; it last answered at `from`. Said again while it stays away it changes nothing. */
    begin(from: Instant, lost: LostJudge | undefined): void {
      if (looking !== undefined) return;
      since ??= from;
      // What stands in the shadow's memory is newer, unless something has been committed since.
      if (lost !== undefined && (lost.hasCommitted || shadow === undefined)) {
        shadow = lost.shadow();
        queue.unsee();
        log.warn({ since: new Date(since) }, 'judging in memory: nothing is recorded');
      }
      if (shadow === undefined) {
        if (!isBlind) log.error('nothing is judged: this judge has no memory of the database to judge from');
        isBlind = true;
        return;
      }
      over = new AbortController();
      looking = look(shadow, over.signal);
      tell(clock.now());
    },
    /** The database answers: nothing more is judged in memory. What was is told until it is recorded. */
    rest,
    /** Something was recorded. */
    recorded(): void {
      if (since === undefined || queue.seen > 0) return;
      log.info({ since: new Date(since) }, 'all that was judged in memory is recorded');
      since = undefined;
      shadow = undefined;
    },
    /** Another judge goes on. */
    async end(): Promise<void> {
      await rest();
      since = undefined;
      shadow = undefined;
    },
    /** Publishes what is known and not recorded, if anything: with a pulse, as of the same moment. */
    tell,
  };
}

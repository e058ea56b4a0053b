import { dialectMemory } from '../../adapters/dialects/read-dialect.ts';
import { topicMap } from '../../adapters/mqtt/topic-map.ts';
import type { MqttSource } from '../../adapters/mqtt/mqtt-source.ts';
import type { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import type { Committed } from '../../ingest/io/reading-commit.ts';
import { PULSE_TOPIC } from '../contract/live.ts';
import type { Pulse } from '../contract/live.ts';
import { hasCode } from '../core/errors.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import type { Clock } from '../core/time.ts';
import { backOffMs, pause } from '../platform/back-off.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';
import type { Logger } from '../platform/logger.ts';
import { faultOf } from './duty.ts';
import { judgeInDark } from './judge-dark.ts';
import type { JudgeSession } from './judge-session.ts';
import { liveMessages } from './live-readings.ts';

interface JudgeLoopPorts {
  readonly queue: IntakeQueue;
  readonly source: MqttSource;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes the lease and loads the partition; `undefined` while another judge holds it. */
  readonly openSession: () => Promise<JudgeSession | undefined>;
  /** Called once, when readings are taken or another judge is seen to take them. */
  readonly onReady: () => void;
}

/** Messages in one commit at most. What gathers meanwhile is the next one: there is no other delay. */
const DELIVERIES_A_COMMIT = 10_000;
const STAND_BY_MS = SECOND;
const BACK_OFF_MOST_MS = 2 * SECOND;
const HEARD_EVERY_MS = MINUTE;
/** Characters of a stranger's text in a log line. */
const TOLD_LENGTH_MAX = 200;

/**
 * Gathers deliveries while a commit runs, and commits what has gathered: one commit in flight, and ticks and reloads in
 * the same queue.
 *
 * ```
 *   no session ── lease taken, partition loaded ──► judging ──── the database is away ──────────► no session, and a
 *       │                                              │                          shadow judges in memory (judgeInDark)
 *       │                                              ├──────── lease lost: the line is let go ───► no session
 *       │                                              └──────── anything else is a bug ───────────► thrown
 *       └── another holds the lease: stand by, without a line
 * ```
 *
 * The line to the broker is opened only when the lease has just been seen to be ours: two judges with the same client
 * id would throw each other out. It is kept while only the database is away: what comes is judged in memory and waits.
 */
export function judgeLoop({ queue, source, clock, log, openSession, onReady }: JudgeLoopPorts) {
  let session: JudgeSession | undefined;
  let due = { tick: false, look: false };
  let connecting: Promise<void> | undefined;
  /** Whether the session, or one it was reloaded from, has committed anything. */
  let hasTurned = false;
  /** When the database last did all that it was asked. */
  let answeredAt = clock.now();
  let complaint = '';
  /** Sessions in a row that came to nothing. */
  let failures = 0;
  let isReady = false;
  let heardStoredAt = clock.now();
  /** Of this process: an edit of a site is no reason to forget what aliases stand for. */
  const dialects = dialectMemory();

  /** Says a thing once, until something else is said. */
  const say = (level: 'info' | 'warn' | 'error', message: string, error?: unknown): void => {
    if (message === complaint) return;
    complaint = message;
    log[level]({ err: error }, message);
  };
  const ready = (): void => {
    if (!isReady) onReady();
    isReady = true;
  };

  const connect = (): Promise<void> =>
    (connecting ??= source
      .connect()
      .then(
        () => {
          say('info', 'taking samples');
        },
        (error: unknown) => {
          say('warn', 'the MQTT broker cannot be reached', error);
        },
      )
      .finally(() => {
        connecting = undefined;
      }));

  const dark = judgeInDark({ queue, source, clock, log, connect });

  /** What was not acknowledged is delivered again to whoever judges next. */
  const letGo = async (): Promise<void> => {
    await dark.end();
    // Ends a connect that waits for an answer; what it had opened by then goes after it.
    await source.close();
    await connecting;
    await source.close();
    queue.clear();
  };

  const publish = (readings: Committed['readings'], { memory }: JudgeSession): void => {
    for (const { topic, payload } of liveMessages(readings, (id) => memory.sensors.get(id)?.sight.siteId)) {
      source.publish(topic, payload);
    }
  };

  /** A line for each reason, however many there are: a flood of nonsense must not become one of log lines. */
  const tellRefusals = (refusals: Committed['refusals']): void => {
    for (const [reason, alike] of Map.groupBy(refusals, (refusal) => refusal.reason)) {
      const [first] = alike;
      const told = { detail: first?.detail.slice(0, TOLD_LENGTH_MAX), topic: first?.topic.slice(0, TOLD_LENGTH_MAX) };
      log.warn({ reason, count: alike.length, ...told }, 'quarantined');
    }
  };

  const admit = async (current: JudgeSession): Promise<void> => {
    const devices = await current.devices();
    if (devices !== null) source.admit(devices);
  };

  const storeHeard = async (current: JudgeSession): Promise<void> => {
    if (clock.now() - heardStoredAt < HEARD_EVERY_MS) return;
    heardStoredAt = clock.now();
    await current.heard(source.takeHeard());
  };

  const lookAgain = (): void => {
    due.look = true;
    queue.wake();
  };

  const turn = async (current: JudgeSession): Promise<JudgeSession> => {
    await queue.ready();
    const { tick, look } = due;
    due = { tick: false, look: false };
    if (tick) {
      await current.renew();
      if (!source.isConnected) void connect();
      publish(await current.commit.tick(source.isConnected), current);
      await current.countFlush.tick();
      await storeHeard(current);
      failures = 0;
    }
    const deliveries = queue.take(DELIVERIES_A_COMMIT);
    if (deliveries.length > 0) {
      const committed = await current.commit.take(deliveries);
      queue.settle();
      publish(committed.readings, current);
      for (const { topic, payload } of current.takeMeasureCommands()) source.publish(topic, payload);
      tellRefusals(committed.refusals);
    }
    if (!(tick || look)) return current;
    const next = (await current.isStale()) ? await reload(current) : current;
    await admit(next);
    if (await next.lower()) lookAgain();
    const replayed = await next.replay();
    if (replayed !== null) {
      publish(replayed.readings, next);
      lookAgain();
    }
    return next;
  };

  const reload = async (current: JudgeSession): Promise<JudgeSession> => {
    const next = await current.reload();
    source.follow(topicMap(next.memory.mappings, dialects));
    log.info({ sites: next.memory.versions.size }, 'configuration loaded');
    return next;
  };

  const judgeUnderLease = async (opened: JudgeSession, signal: AbortSignal): Promise<void> => {
    await dark.rest();
    session = opened;
    hasTurned = false;
    answeredAt = clock.now();
    complaint = '';
    log.info({ epoch: opened.lease.epoch }, 'judging');
    source.follow(topicMap(opened.memory.mappings, dialects));
    await admit(opened);
    // Not awaited: a broker that does not answer must keep us neither from ticks nor from the lease.
    if (source.isConnected) ready();
    else void connect().then(ready);
    while (!signal.aborted) {
      session = await turn(session);
      hasTurned = true;
      answeredAt = clock.now();
      dark.recorded();
    }
    await session.countFlush.all();
  };

  const attempt = async (signal: AbortSignal): Promise<'standing-by' | 'ended'> => {
    await using opened = await openSession();
    if (opened === undefined) {
      await letGo();
      say('info', 'standing by: another judge holds the lease');
      ready();
      return 'standing-by';
    }
    await judgeUnderLease(opened, signal);
    return 'ended';
  };

  return {
    /** Time has passed: renew the lease, connect if the line is lost, look for blindness. */
    tick(): void {
      due.tick = true;
      queue.wake();
    },
    /** A site may have another configuration or other devices, or refused messages are to be read again. */
    look: lookAgain,
    /** Tells screens that we are here. */
    pulse(): void {
      const at = clock.now();
      dark.tell(at);
      const pulse: Pulse = { at, broker: source.isConnected, database: session !== undefined };
      source.publish(PULSE_TOPIC, JSON.stringify(pulse));
    },
    async run(signal: AbortSignal): Promise<void> {
      signal.addEventListener('abort', () => {
        queue.wake();
      });
      while (!signal.aborted) {
        try {
          if ((await attempt(signal)) === 'standing-by') await pause(STAND_BY_MS, signal);
        } catch (error) {
          const isLost = hasCode(error, 'engine/lease-lost');
          if (!isLost && !isDatabaseAway(error)) {
            log.fatal(faultOf(error), 'a fault that time does not mend: the judge ends, to be started again');
            throw error;
          }
          const lost = session;
          session = undefined;
          say(
            'warn',
            isLost ? 'another judge has taken over' : 'the database does not answer: nothing is acknowledged',
            error,
          );
          if (isLost) await letGo();
          else dark.begin(answeredAt, lost && { shadow: lost.shadow, hasCommitted: hasTurned });
          await pause(backOffMs(failures, 100, BACK_OFF_MOST_MS), signal);
          failures += 1;
        }
      }
      await dark.rest();
    },
  };
}

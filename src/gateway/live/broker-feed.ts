import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';
import { z } from 'zod';
import { TOLD } from '../../contract/acquire/command.ts';
import { LIVE_READINGS, LiveReadings, PULSE_TOPIC, Pulse, UNRECORDED_TOPIC, Unrecorded } from '../../contract/live.ts';
import { brokerAddress } from '../../core/broker-address.ts';
import { SECOND, elapsedMs } from '../../core/time.ts';
import type { Clock, Instant } from '../../core/time.ts';
import type { Logger } from '../../platform/logger.ts';
import type { BrokerTrust } from '../../platform/broker-trust.ts';

/** The judge says something every two seconds; after this much silence it is not known to be there. */
const SILENT_AFTER_MS = 6 * SECOND;

interface FeedOptions {
  /** null: no broker is known; the feed stays silent. */
  readonly url: string | null;
  /** By what we and an mqtts broker know each other. */
  readonly trust?: BrokerTrust | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onReadings: (readings: LiveReadings) => void;
  /** What the judge knows and cannot record; null: all is recorded again. */
  readonly onUnrecorded: (unrecorded: Unrecorded | null) => void;
  /** What an acquire process tells, not looked at yet. */
  readonly onTold?: (topic: string, payload: unknown) => void;
}

/** What the judge publishes besides its commits: readings as they come, and its pulse. */
export interface BrokerFeed extends AsyncDisposable {
  connected(): boolean;
  /** At most once; false: there is no broker just now. */
  publish(topic: string, payload: string): boolean;
  /** What the judge said last; null after six seconds of silence. */
  judge(now: Instant): Pulse | null;
}

/** Subscribes and stays subscribed through every loss of the broker; the gateway works without it. */
export function brokerFeed({ url, trust, clock, log, onReadings, onUnrecorded, onTold }: FeedOptions): BrokerFeed {
  let heard: { readonly at: Instant; readonly pulse: Pulse } | null = null;
  let told: Unrecorded | null = null;
  const judge = (now: Instant) => (heard !== null && elapsedMs(heard.at, now) <= SILENT_AFTER_MS ? heard.pulse : null);
  if (url === null)
    return { connected: () => false, publish: () => false, judge, [Symbol.asyncDispose]: async () => {} };

  const { url: at, ...who } = brokerAddress(url);
  const client = mqtt.connect(at, {
    ...who,
    ...trust,
    clientId: `tailwatch-gateway-${randomUUID().slice(0, 8)}`,
    reconnectPeriod: SECOND,
    connectTimeout: 10 * SECOND,
    resubscribe: false,
  });
  const line = lineLog(log);
  client.on('connect', () => {
    // mqtt.js leaves Nagle on, which with delayed ACK adds 25 ms at low rates.
    (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    client.subscribe([LIVE_READINGS, PULSE_TOPIC, UNRECORDED_TOPIC, TOLD], { qos: 0 }, (error) => {
      if (error !== null) log.error({ err: error }, 'the broker refused the subscription to live readings');
    });
    line.up();
  });
  client.on('error', (error) => {
    line.down(error.message);
  });
  client.on('close', () => {
    if (!client.disconnecting) line.down('the connection was closed');
  });
  client.on('message', (topic, payload) => {
    if (topic === PULSE_TOPIC) {
      const pulse = parse(Pulse, payload);
      if (pulse === null) return;
      heard = { at: clock.now(), pulse };
      // Not by silence: what a judge knew when it ended is still not recorded.
      if (told !== null && pulse.database && told.at < pulse.at) onUnrecorded((told = null));
      return;
    }
    if (topic === UNRECORDED_TOPIC) {
      const unrecorded = parse(Unrecorded, payload);
      if (unrecorded !== null) onUnrecorded((told = unrecorded));
      return;
    }
    if (topic.startsWith('tailwatch/told/')) {
      onTold?.(topic, parse(z.unknown(), payload));
      return;
    }
    const readings = parse(LiveReadings, payload);
    if (readings !== null) onReadings(readings);
  });
  return {
    connected: () => client.connected,
    publish(topic, payload) {
      if (!client.connected) return false;
      client.publish(topic, payload, { qos: 0 });
      return true;
    },
    judge,
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
    },
  };
}

/** Says that the line is lost, or there again, once each time. */
function lineLog(log: Logger) {
  let isDown = false;
  return {
    up(): void {
      if (isDown) log.info('the broker is there again');
      isDown = false;
    },
    down(why: string): void {
      if (!isDown) log.warn({ why }, 'the broker is away: pages get no live readings');
      isDown = true;
    },
  };
}

/** Only the judge may publish here; what cannot be read comes from another version of it and is passed over. */
function parse<T>(schema: z.ZodType<T>, payload: Buffer): T | null {
  try {
    return schema.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    return null;
  }
}

import type { MqttClient } from 'mqtt';
import type { Intake } from '../adapter.ts';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { Clock } from '../../src/core/time.ts';
import { decode } from './decode.ts';
import { openLine } from './line.ts';
import type { MqttLine } from './line.ts';
import { NO_TOPICS } from './mqtt-source.ts';
import type { MqttSource } from './mqtt-source.ts';
import type { BrokerTrust } from '../../src/platform/broker-trust.ts';

interface BrokerSourceOptions {
  /** With user and password. */
  readonly url: string;
  /** By what we and an mqtts broker know each other. */
  readonly trust?: BrokerTrust | undefined;
  /** The same at each connect, so that the broker keeps the session: what came while we were away is delivered when we are back. */
  readonly clientId: () => Promise<string>;
  readonly clock: Clock;
  readonly intake: Intake;
}

/**
 * Receives from an MQTT broker, QoS 1, in a session that the broker keeps.
 *
 * mqtt.js would acknowledge as soon as a message was handed over, and waiting there would stop the stream at each.
 * So its own acknowledgements are swallowed, and `settle` writes them after the commit. Each connect is a new client:
 * an acknowledgement held for a line that broke can never be sent on the next one, where its number may mean another
 * message; and the subscription is made anew whether or not the broker says that it kept the session.
 */
export function brokerSource({ url, trust, clientId, clock, intake }: BrokerSourceOptions): MqttSource {
  let map = NO_TOPICS;
  let client: MqttClient | undefined;
  let waiting: (() => void) | undefined;
  let paused = false;
  /** Counts the times the line was let go of: a connect that was under way then is void. */
  let closings = 0;

  const close = async (): Promise<void> => {
    const closing = client;
    closings += 1;
    client = undefined;
    waiting = undefined;
    await closing?.endAsync(true);
  };
  /** Leaves a later line alone. */
  const letGoOf = async (line: MqttClient): Promise<void> => {
    if (client === line) await close();
  };
  /** The answer stands behind what the broker has sent before, which is not read while we are paused: that is not counted. */
  const isPaused = (): boolean => paused;

  const publish = (topic: string, payload: string | Uint8Array): void => {
    if (client?.connected !== true) return;
    client.publish(topic, typeof payload === 'string' ? payload : Buffer.from(payload), { qos: 0 });
  };

  const receive = (line: MqttLine): void => {
    line.client.on('message', (topic, payload, { qos, messageId }) => {
      const { asks = [], ...decoded } = decode(map, { topic, payload, receivedAt: clock.now() });
      const settle = (): void => {
        if (qos > 0 && messageId !== undefined) line.acknowledge(messageId);
      };
      intake.offer({ topic, payload, ...decoded, settle });
      for (const ask of asks) publish(ask.topic, ask.payload);
    });
    // Not going on to the next message is how mqtt.js takes no more from the socket.
    line.client.handleMessage = (_packet, goOn) => {
      if (paused) waiting = goOn;
      else goOn();
    };
    // A paused line is not read, so the answers to its pings are not either.
    const onSilence = line.client.onKeepaliveTimeout.bind(line.client);
    line.client.onKeepaliveTimeout = () => {
      if (!paused) return onSilence();
      line.client.sendPing();
      line.client.reschedulePing(true);
    };
  };

  return {
    get isConnected() {
      return client?.connected === true;
    },
    async connect() {
      if (client?.connected === true) return;
      const before = closings;
      try {
        const line = await openLine({ url, trust, clientId: await clientId(), prepare: receive });
        if (closings !== before) {
          line.end(true);
          throw new Error('the line was let go of while it was opened');
        }
        client = line;
        await answered(line, subscribe(line, map.filters), isPaused);
      } catch (cause) {
        if (closings === before) await close();
        const what = isRefusal(cause) ? 'refuses the user or password of MQTT_URL' : 'cannot be reached';
        throw new AppError('adapter/not-connected', `the MQTT broker ${what}`, { cause, retryable: true });
      }
    },
    follow(next) {
      const gone = map.filters.filter((filter) => !next.filters.includes(filter));
      const come = next.filters.filter((filter) => !map.filters.includes(filter));
      map = next;
      const line = client;
      if (line?.connected !== true || gone.length + come.length === 0) return;
      const asked = Promise.all([gone.length > 0 && line.unsubscribeAsync(gone), subscribe(line, come)]);
      // Subscribed to anew at the next connect.
      answered(line, asked, isPaused).catch(() => letGoOf(line));
    },
    admit() {},
    takeHeard: () => new Map(),
    publish,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      const goOn = waiting;
      waiting = undefined;
      goOn?.();
    },
    close,
  };
}

/** A broker that takes longer to answer is given up. */
const ANSWER_WITHIN_MS = 5 * SECOND;

/** Waits for an answer on a line, but no longer than the line lives, nor for ever. Time that does not count is given anew. */
async function answered(line: MqttClient, answer: Promise<unknown>, isPaused: () => boolean): Promise<void> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const onClose = (): void => {
    reject(new Error('the line closed before the broker answered'));
  };
  const limit = setInterval(() => {
    if (!isPaused()) reject(new Error('the broker does not answer a subscription'));
  }, ANSWER_WITHIN_MS);
  line.once('close', onClose);
  try {
    await Promise.race([answer, never]);
  } finally {
    clearInterval(limit);
    line.off('close', onClose);
  }
}

/** CONNACK of MQTT 3.1.1 (4, 5) and of MQTT 5 (134, 135): bad user name or password, not authorised. */
const isRefusal = (cause: unknown): boolean => [4, 5, 134, 135].includes((cause as { code?: number }).code ?? 0);

async function subscribe(client: MqttClient, filters: readonly string[]): Promise<void> {
  if (filters.length === 0) return;
  const grants = await client.subscribeAsync([...filters], { qos: 1 });
  const refused = grants.find(({ qos }) => qos > 2);
  if (refused !== undefined) throw new Error(`the broker refuses the subscription to ${refused.topic}`);
}

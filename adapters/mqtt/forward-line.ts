import { connect } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { brokerAddress } from '../../src/core/broker-address.ts';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { BrokerTrust } from '../../src/platform/broker-trust.ts';

const CONNECT_WITHIN_MS = 5 * SECOND;
const KEEPALIVE_S = 15;
/** `Unacceptable protocol version` of MQTT 3.1.1, `Unsupported Protocol Version` of MQTT 5. */
const OTHER_VERSION = new Set([1, 132]);

interface ForwardLineOptions {
  /** With user and password. */
  readonly url: string;
  /** By what we and an mqtts broker know each other. */
  readonly trust?: BrokerTrust | undefined;
  readonly clientId: string;
  /** What is subscribed to; a message comes at most once. */
  readonly hears: readonly string[];
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  readonly connectWithinMs?: DurationMs;
}

/** One connection to a broker on which we publish, from CONNECT to its end. It never connects again by itself. */
export interface ForwardLine {
  /** Resolves when the broker has taken it over; rejects when that is not certain, or it refuses. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  /** At most once. */
  tell(topic: string, payload: string): void;
  /** Resolves at its end. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a line to publish on. MQTT 5 where the broker speaks it: in 3.1.1 one that refuses a message acknowledges it all
 * the same, and it would be lost. @throws AppError `adapter/not-connected`
 */
export async function openForwardLine(options: ForwardLineOptions): Promise<ForwardLine> {
  try {
    return await opened(options, 5);
  } catch (error) {
    const { code } = ((error as AppError).cause ?? {}) as { readonly code?: number };
    if (!OTHER_VERSION.has(code ?? 0)) throw error;
    return opened(options, 4);
  }
}

async function opened(options: ForwardLineOptions, protocolVersion: 4 | 5): Promise<ForwardLine> {
  const { url, trust, clientId, hears, onMessage, connectWithinMs = CONNECT_WITHIN_MS } = options;
  const { url: at, ...who } = brokerAddress(url);
  const asked: IClientOptions = {
    ...who,
    ...trust,
    clientId,
    protocolVersion,
    clean: true,
    reconnectPeriod: 0,
    keepalive: KEEPALIVE_S,
    connectTimeout: connectWithinMs,
    log: () => {},
  };
  const client = connect(at, asked);
  client.on('message', onMessage);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  /** Of what the broker has not acknowledged. Not chained to `closed`, which would hold each message as long as the line lives. */
  const waiting = new Set<(error: AppError) => void>();
  let isClosed = false;
  client.once('close', () => {
    isClosed = true;
    for (const reject of waiting) reject(goneError());
    waiting.clear();
    resolve();
  });
  try {
    await connected(client);
    (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    if (hears.length > 0) await client.subscribeAsync([...hears], { qos: 1 });
  } catch (cause) {
    client.end(true);
    throw new AppError('adapter/not-connected', `the broker cannot be reached: ${(cause as Error).message}`, {
      cause,
      retryable: true,
    });
  }
  return {
    publish(topic, payload) {
      const { promise, resolve: taken, reject } = Promise.withResolvers<void>();
      if (isClosed) reject(goneError());
      else {
        waiting.add(reject);
        client.publish(topic, Buffer.from(payload), { qos: 1 }, (error) => {
          waiting.delete(reject);
          if (error) reject(error);
          else taken();
        });
      }
      return promise;
    },
    tell(topic, payload) {
      if (client.connected) client.publish(topic, payload, { qos: 0 });
    },
    closed,
    async close() {
      await client.endAsync(true);
    },
  };
}

const goneError = (): AppError =>
  new AppError('adapter/not-connected', 'the line closed before the broker had taken it', { retryable: true });

function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => {
      resolve();
    });
    client.on('error', (error) => {
      client.end(true);
      reject(error);
    });
    client.once('close', () => {
      reject(new Error('it closed the line'));
    });
  });
}

import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';
import { brokerAddress } from '../core/broker-address.ts';
import { AppError } from '../core/errors.ts';
import type { DurationMs } from '../core/time.ts';
import { pause } from './back-off.ts';
import type { BrokerTrust } from './broker-trust.ts';

interface ReachOptions {
  /** How long a broker that does not answer yet may take to come up, ms; 0 asks once. */
  readonly withinMs: DurationMs;
  readonly signal: AbortSignal;
  /** By what we and an mqtts broker know each other. */
  readonly trust?: BrokerTrust | undefined;
}

const ANSWER_WITHIN_MS: DurationMs = 5_000;
/** CONNACK of MQTT 3.1.1: bad user name or password, not authorised. Waiting cannot help. */
const REFUSED = new Set([4, 5]);

/**
 * Makes sure that MQTT_URL leads to a broker that lets us in: connects once, with a session that leaves nothing behind.
 * Throws `config/setting` with one line; at once where the user or the password is refused. Never tells the password.
 */
export async function reachBroker(url: string, { withinMs, signal, trust }: ReachOptions): Promise<void> {
  const { host } = new URL(url);
  for (const deadline = Date.now() + withinMs; ; await pause(500, signal)) {
    const failure = await connectOnce(url, trust);
    if (failure === null || signal.aborted) return;
    if (REFUSED.has(failure.code as number)) {
      throw new AppError(
        'config/setting',
        `MQTT_URL must have a user and password that the broker accepts: ${host} refuses them`,
        { cause: failure },
      );
    }
    if (Date.now() >= deadline) {
      throw new AppError('config/setting', `MQTT_URL must lead to an MQTT broker that answers: ${reasonOf(failure)}`, {
        cause: failure,
      });
    }
  }
}

type Failure = Error & { readonly code?: string | number };

function connectOnce(url: string, trust: BrokerTrust | undefined): Promise<Failure | null> {
  const { url: at, ...who } = brokerAddress(url);
  const client = mqtt.connect(at, {
    ...who,
    ...trust,
    clientId: `tailwatch-start-${randomUUID().slice(0, 8)}`,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: ANSWER_WITHIN_MS,
  });
  return new Promise((resolve) => {
    const tell = (outcome: Failure | null) => {
      client.end(true);
      resolve(outcome);
    };
    client.once('connect', () => tell(null));
    // Stays: a second error after the first would end the process.
    client.on('error', (error) => tell(error));
    client.once('close', () => tell(new Error(`${new URL(at).host} closed the connection without an answer`)));
  });
}

/** A host with several addresses fails with one error for all of them, which has no words of its own. */
const reasonOf = (failure: Error): string =>
  failure instanceof AggregateError && failure.message === ''
    ? (failure.errors as Error[]).map(({ message }) => message).join(', ')
    : failure.message;

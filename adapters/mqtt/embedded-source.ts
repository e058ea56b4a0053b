import type { Intake } from '../adapter.ts';
import type { Clock } from '../../src/core/time.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import type { EmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { decode, oversized } from './decode.ts';
import { NO_TOPICS } from './mqtt-source.ts';
import type { MqttSource } from './mqtt-source.ts';

interface EmbeddedSourceOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly devicePassword: string;
  readonly clock: Clock;
  readonly intake: Intake;
}

/** A source that is the broker itself: a message is acknowledged when its delivery is settled. */
export function embeddedSource({ clock, intake, ...options }: EmbeddedSourceOptions): MqttSource {
  let map = NO_TOPICS;
  let broker: EmbeddedBroker | undefined;
  let paused = false;

  const onMessage = (topic: string, payload: Uint8Array, settle: () => void): void => {
    const { samples, refusals } = decode(map, { topic, payload, receivedAt: clock.now() });
    intake.offer({ topic, payload, samples, refusals, settle });
  };

  /** Not ours to acknowledge: the line is gone. It waits for the commit that quarantines it all the same. */
  const onOversized = (topic: string, bytes: number): void => {
    const refusal = oversized(map, topic, bytes, clock.now());
    intake.offer({ topic, payload: refusal.payload, samples: [], refusals: [refusal], settle: () => {} });
  };

  return {
    get isConnected() {
      return broker !== undefined;
    },
    async connect() {
      broker ??= await startEmbeddedBroker({ ...options, onMessage, onOversized });
      if (paused) broker.pause();
    },
    follow(next) {
      map = next;
    },
    publish(topic, payload) {
      broker?.publish(topic, payload);
    },
    pause() {
      paused = true;
      broker?.pause();
    },
    resume() {
      paused = false;
      broker?.resume();
    },
    async close() {
      const closing = broker;
      broker = undefined;
      await closing?.[Symbol.asyncDispose]();
    },
  };
}

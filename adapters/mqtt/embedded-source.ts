import type { Intake } from '../adapter.ts';
import type { Clock, Instant } from '../../src/core/time.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import type { EmbeddedBroker, RefusedGuest } from '../../src/platform/embedded-broker.ts';
import type { KeptCertificate } from '../../src/platform/certificate.ts';
import type { BrokerDevice } from '../../src/platform/broker-guests.ts';
import { decode, oversized } from './decode.ts';
import { NO_TOPICS } from './mqtt-source.ts';
import type { MqttSource } from './mqtt-source.ts';

interface EmbeddedSourceOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Of the user `acquire`; absent or null: there is none. */
  readonly acquirePassword?: string | null;
  /** Where it listens with TLS besides; null: nowhere. */
  readonly secure?: { readonly host: string; readonly port: number; readonly certificate: KeptCertificate } | null;
  /** Of the user `instruments`; null: each has its own. */
  readonly devicePassword: string | null;
  /** Somebody was not let in, or was cut. */
  readonly onRefused?: (refusal: RefusedGuest) => void;
  readonly clock: Clock;
  readonly intake: Intake;
}

/** A source that is the broker itself: a message is acknowledged when its delivery is settled. */
export function embeddedSource({ clock, intake, ...options }: EmbeddedSourceOptions): MqttSource {
  let map = NO_TOPICS;
  let broker: EmbeddedBroker | undefined;
  let paused = false;
  let admitted: readonly BrokerDevice[] = [];
  let heard = new Map<string, Instant>();

  const onMessage = (topic: string, payload: Uint8Array, settle: () => void, device: BrokerDevice | null): void => {
    const [receivedAt, siteId] = [clock.now(), device?.siteId ?? null];
    if (device !== null) heard.set(device.id, receivedAt);
    const { asks = [], ...decoded } = decode(map, { topic, payload, receivedAt, siteId });
    intake.offer({ topic, payload, ...decoded, settle });
    for (const ask of asks) broker?.publish(ask.topic, ask.payload);
  };

  /** Not ours to acknowledge: the line is gone. It waits for the commit that quarantines it all the same. */
  const onOversized = (topic: string, bytes: number, device: BrokerDevice | null): void => {
    const siteId = device?.siteId ?? null;
    const refusal = oversized(map, { topic, bytes, receivedAt: clock.now(), siteId });
    intake.offer({ topic, payload: refusal.payload, samples: [], refusals: [refusal], settle: () => {} });
  };

  return {
    get isConnected() {
      return broker !== undefined;
    },
    async connect() {
      broker ??= await startEmbeddedBroker({ ...options, onMessage, onOversized });
      broker.admit(admitted);
      if (paused) broker.pause();
    },
    follow(next) {
      map = next;
    },
    admit(devices) {
      admitted = devices;
      broker?.admit(devices);
    },
    takeHeard() {
      const taken = heard;
      heard = new Map();
      return taken;
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

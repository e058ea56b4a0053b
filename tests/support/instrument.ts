import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';

/** An instrument of a test: publishes, QoS 1, in the layout of `watchedSite`. */
export interface Instrument extends AsyncDisposable {
  readonly client: MqttClient;
  /** Resolves when the broker has acknowledged it, also over a lost connection. */
  measure(topic: string, observedAt: number, value: unknown): Promise<void>;
  publish(topic: string, payload: string | Buffer): Promise<void>;
}

/** Connects; afterwards connects again by itself and sends again what was not acknowledged. */
export async function connectInstrument(url: string, clientId = 'instrument'): Promise<Instrument> {
  const client = await connectAsync(url, { clientId, clean: false, reconnectPeriod: 50 });
  client.on('error', () => {});
  const publish = async (topic: string, payload: string | Buffer): Promise<void> => {
    await client.publishAsync(topic, payload, { qos: 1 });
  };
  return {
    client,
    publish,
    measure: (topic, observedAt, value) => publish(topic, JSON.stringify({ t: observedAt, v: value })),
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
    },
  };
}

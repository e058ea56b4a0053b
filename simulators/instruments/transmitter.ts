import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Socket } from 'node:net';
import { brokerAddress } from '../../src/core/broker-address.ts';
import type { Telegram } from './telegram.ts';

interface TransmitterOptions {
  readonly url: string;
  /** One line for whoever watches, when something changed. */
  readonly say: (line: string) => void;
}

/** Telegrams kept while the broker is away, as the memory of a logger would; then the oldest are lost. */
const MEMORY = 20_000;

/** Sends telegrams in order with QoS 1, each until it is acknowledged. Waits for its broker and comes back to it. */
export class Transmitter implements AsyncDisposable {
  readonly #client: MqttClient;
  readonly #say: (line: string) => void;
  readonly #waiting: Telegram[] = [];
  #sending: Promise<void> | undefined;
  #lost = 0;
  #lastFault = '';

  constructor({ url, say }: TransmitterOptions) {
    this.#say = say;
    const { url: at, ...who } = brokerAddress(url);
    this.#client = connect(at, {
      ...who,
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 1_000,
      connectTimeout: 10_000,
    });
    this.#client.on('connect', () => {
      // Nagle and delayed acknowledgement together would hold each telegram back for 25 ms.
      (this.#client.stream as Partial<Socket>).setNoDelay?.(true);
      this.#lastFault = '';
      say(
        `connected to the broker${this.#lost > 0 ? `; ${String(this.#lost)} readings were lost while it was away` : ''}`,
      );
      this.#lost = 0;
      this.#send();
    });
    this.#client.on('error', (error) => this.#fault(error.message === '' ? 'no connection' : error.message));
    this.#client.on('close', () => this.#fault('no connection'));
  }

  /** Takes telegrams to be sent; never waits and never throws. */
  take(telegrams: readonly Telegram[]): void {
    this.#waiting.push(...telegrams);
    while (this.#waiting.length > MEMORY) {
      this.#waiting.shift();
      this.#lost++;
    }
    this.#send();
  }

  /** Resolves when everything taken has been acknowledged. */
  async sent(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sending !== undefined) {
      if (this.#sending === undefined) await new Promise((resolve) => this.#client.once('connect', resolve));
      await this.#sending;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.removeAllListeners('close');
    await this.#client.endAsync(true);
  }

  #send(): void {
    if (!this.#client.connected) return;
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  async #sendAll(): Promise<void> {
    while (this.#client.connected) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      try {
        await this.#client.publishAsync(next.topic, next.payload, { qos: 1 });
      } catch {
        return;
      }
      // Memory may have overflowed meanwhile and dropped it already.
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }

  /** Says what keeps it from the broker, once for each reason. */
  #fault(reason: string): void {
    if (this.#lastFault !== '') return;
    this.#lastFault = reason;
    this.#say(`waiting for the broker: ${reason}`);
  }
}

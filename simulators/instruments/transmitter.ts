import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Socket } from 'node:net';
import { brokerAddress } from '../../src/core/broker-address.ts';
import type { Telegram } from './telegram.ts';

interface TransmitterOptions {
  readonly url: string;
  /** By which an mqtts broker is known, PEM. */
  readonly ca?: Buffer | undefined;
  /** One line for whoever watches, when something changed. */
  readonly say: (line: string) => void;
}

/** Telegrams kept while the broker is away or does not acknowledge, as the memory of a logger would; then the oldest are lost. */
const MEMORY = 20_000;
/** Sent and not acknowledged at most: a judge whose database is away acknowledges nothing, and is to see what comes all the same. */
const UNDER_WAY = 5_000;
const AGAIN_AFTER_MS = 1_000;

/**
 * Sends telegrams in order with QoS 1, each until it is acknowledged. Waits for its broker and comes back to it, with
 * whatever was not acknowledged first. Each line is a client of its own: mqtt.js would send that again one by one.
 */
export class Transmitter implements AsyncDisposable {
  readonly #url: string;
  readonly #ca: Buffer | undefined;
  readonly #say: (line: string) => void;
  #client: MqttClient;
  #unsent: Telegram[] = [];
  #underWay = new Set<Telegram>();
  #again: NodeJS.Timeout | undefined;
  #isOver = false;
  #lost = 0;
  #lastFault = '';
  #whenSent: (() => void)[] = [];

  constructor({ url, ca, say }: TransmitterOptions) {
    this.#url = url;
    this.#ca = ca;
    this.#say = say;
    this.#client = this.#connect();
  }

  /** Takes telegrams to be sent; never waits and never throws. */
  take(telegrams: readonly Telegram[]): void {
    this.#unsent.push(...telegrams);
    const tooMany = this.#unsent.length + this.#underWay.size - MEMORY;
    if (tooMany > 0) this.#lost += this.#unsent.splice(0, tooMany).length;
    this.#send();
  }

  /** Resolves when everything taken has been acknowledged. */
  async sent(): Promise<void> {
    if (this.#unsent.length + this.#underWay.size > 0)
      await new Promise<void>((resolve) => this.#whenSent.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#again);
    await this.#client.endAsync(true);
  }

  #connect(): MqttClient {
    const { url: at, ...who } = brokerAddress(this.#url);
    const trust = this.#ca === undefined ? {} : { ca: this.#ca };
    const how = { protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: 10_000 } as const;
    const client = connect(at, { ...who, ...trust, ...how });
    client.on('connect', () => {
      // Nagle and delayed acknowledgement together would hold each telegram back for 25 ms.
      (client.stream as Partial<Socket>).setNoDelay?.(true);
      this.#lastFault = '';
      this.#say(
        `connected to the broker${this.#lost > 0 ? `; ${String(this.#lost)} readings were lost while it was away` : ''}`,
      );
      this.#lost = 0;
      this.#send();
    });
    client.on('error', (error) => this.#fault(error.message === '' ? 'no connection' : error.message));
    client.on('close', () => {
      if (this.#isOver) return;
      this.#fault('no connection');
      client.end(true);
      this.#unsent.unshift(...this.#underWay);
      this.#underWay = new Set();
      clearTimeout(this.#again);
      this.#again = setTimeout(() => (this.#client = this.#connect()), AGAIN_AFTER_MS);
    });
    return client;
  }

  #send(): void {
    const [client, underWay] = [this.#client, this.#underWay];
    while (client.connected && underWay.size < UNDER_WAY) {
      const telegram = this.#unsent.shift();
      if (telegram === undefined) return;
      underWay.add(telegram);
      client.publish(telegram.topic, telegram.payload, { qos: 1 }, (error) => {
        // Without acknowledgement it goes on the next line.
        if (error) return;
        underWay.delete(telegram);
        this.#send();
        if (this.#unsent.length + this.#underWay.size > 0) return;
        for (const resolve of this.#whenSent.splice(0)) resolve();
      });
    }
  }

  /** Says what keeps it from the broker, once for each reason. */
  #fault(reason: string): void {
    if (this.#lastFault !== '') return;
    this.#lastFault = reason;
    this.#say(`waiting for the broker: ${reason}`);
  }
}

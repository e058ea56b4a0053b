import type { Source } from '../adapter.ts';
import type { Instant } from '../../src/core/time.ts';
import type { BrokerDevice } from '../../src/platform/broker-guests.ts';
import { dialectMemory } from '../dialects/read-dialect.ts';
import type { TopicMap } from './topic-map.ts';

/** A source over MQTT, and the way to publish on the same broker. */
export interface MqttSource extends Source {
  /**
   * Which messages are readings: takes effect at once for what has come. To be told before the first connect.
   * Waits for no answer of a broker; a line on which it cannot be done is let go of, and connecting makes it good.
   */
  follow(map: TopicMap): void;
  /** Who else may publish, and where. An outside broker is told by files instead. */
  admit(devices: readonly BrokerDevice[]): void;
  /** When devices, by their ids, last published since this was asked; those of an outside broker are not known. */
  takeHeard(): ReadonlyMap<string, Instant>;
  /** At most once: dropped while not connected. */
  publish(topic: string, payload: string | Uint8Array): void;
}

/** Before anything is followed. */
export const NO_TOPICS: TopicMap = { filters: [], routeOf: () => undefined, memory: dialectMemory() };

import { mappingsOf } from '../../src/contract/mqtt-config.ts';
import type { MqttMapping } from '../../src/contract/mqtt-config.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Truth } from './pond.ts';

/** One MQTT message of one instrument. */
export interface Telegram {
  readonly topic: string;
  readonly payload: string;
}

/**
 * What the site's instruments send at one moment, one telegram a sensor, as the site's file says they write.
 * The pond's level, the rain, and as many levels in the dam as the pond has; a sensor beyond those sends nothing.
 */
export function telegrams({ mqtt: mappings, sensors }: SiteConfig, seen: Truth, observedAt: Instant): Telegram[] {
  const mqtt = mappingsOf({ mqtt: mappings }).find((mapping) => 'value' in mapping);
  if (mqtt === undefined) return [];
  let piezometer = 0;
  return sensors.flatMap(({ code, item }) => {
    const value =
      item === 'pond-level' ? seen.pondLevel : item === 'rainfall' ? seen.rain : seen.damLevels[piezometer++];
    if (value === undefined) return [];
    const payload: Record<string, unknown> = {};
    put(payload, mqtt.value.split('.'), value);
    put(payload, mqtt.observedAt.split('.'), written(observedAt, mqtt.time));
    return [{ topic: mqtt.topic.replace('{sensor}', code), payload: JSON.stringify(payload) }];
  });
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) into[key] = value;
  else put((into[key] ??= {}) as Record<string, unknown>, rest, value);
}

function written(at: Instant, form: MqttMapping['time']): string | number {
  switch (form) {
    case 'iso':
      return new Date(at).toISOString();
    case 'epoch-ms':
      return at;
    case 'epoch-s':
      return at / 1000;
  }
}

import { DEVICE, SENSOR, mappingsOf } from '../../src/contract/mqtt-config.ts';
import type { JsonMapping } from '../../src/contract/mqtt-config.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Measurement } from './faults.ts';

/** One MQTT message of one instrument. */
export interface Telegram {
  readonly topic: string;
  readonly payload: string;
}

/** What a device sends for one measurement: a record where the site has loggers and there is more than one value. */
export function telegramsOf(site: Pick<SiteConfig, 'mqtt'>, measured: Measurement): Telegram[] {
  const mappings = mappingsOf(site).flatMap((mapping) => ('dialect' in mapping ? [] : [mapping]));
  const record = mappings.find((mapping) => 'values' in mapping);
  const single = mappings.find((mapping) => 'value' in mapping);
  const { device, values } = measured;
  if (record !== undefined && (single === undefined || Object.keys(values).length > 1))
    return [message(record, record.topic.replace(DEVICE, device), record.values, values, measured)];
  if (single === undefined) return [];
  return Object.entries(values).flatMap(([code, value]) =>
    value === null ? [] : [message(single, single.topic.replace(SENSOR, code), single.value, value, measured)],
  );
}

function message(
  { observedAt: field, time }: JsonMapping,
  topic: string,
  path: string,
  content: unknown,
  { observedAt }: Measurement,
): Telegram {
  const payload: Record<string, unknown> = {};
  put(payload, path.split('.'), content);
  put(payload, field.split('.'), written(observedAt, time));
  return { topic, payload: JSON.stringify(payload) };
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) into[key] = value;
  else put((into[key] ??= {}) as Record<string, unknown>, rest, value);
}

function written(at: Instant, form: JsonMapping['time']): string | number {
  switch (form) {
    case 'iso':
      return new Date(at).toISOString();
    case 'epoch-ms':
      return at;
    case 'epoch-s':
      return at / 1000;
  }
}

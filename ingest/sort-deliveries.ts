import type { Delivery } from '../adapters/adapter.ts';
import type { Refusal } from '../src/core/sample.ts';
import type { Registry } from './sensor-memory.ts';
import type { Known } from './take-in.ts';

/** One sample, and the message it came with, for the case that it is poison. */
export type Item = Known & { readonly delivery: Delivery };

/** What some deliveries bring: samples whose sensors are known, and what is refused, with what is unknown. */
export function sortByKnown(
  deliveries: readonly Delivery[],
  registry: Registry,
): { items: Item[]; refusals: Refusal[] } {
  const items: Item[] = [];
  const refusals: Refusal[] = [];
  for (const delivery of deliveries) {
    const unknown = new Set<string>();
    const besides: string[] = [];
    for (const sample of delivery.samples) {
      const memory = registry.find(sample.siteId, sample.sensorCode);
      if (memory !== undefined) items.push({ sample, memory, delivery });
      else unknown.add(sample.sensorCode);
    }
    for (const refusal of delivery.refusals) {
      if (!isOfUnknown(refusal, registry)) {
        refusals.push(refusal);
        continue;
      }
      for (const code of refusal.sensorCodes) unknown.add(code);
      besides.push(refusal.detail);
    }
    const about = delivery.samples[0] ?? delivery.refusals[0];
    if (unknown.size > 0 && about !== undefined) refusals.push(unknownSensors(delivery, about, [...unknown], besides));
  }
  return { items, refusals };
}

/** What cannot be read from sensors that the site does not have: that they are unknown is what has to be mended first. */
const isOfUnknown = ({ siteId, sensorCodes, reason }: Refusal, registry: Registry): boolean =>
  siteId !== null &&
  reason !== 'payload-too-large' &&
  sensorCodes.length > 0 &&
  sensorCodes.every((code) => registry.find(siteId, code) === undefined);

/** Codes that a refusal names in words; it keeps all of them. */
const NAMED_MAX = 8;

function unknownSensors(
  { topic, payload }: Delivery,
  { receivedAt, siteId }: Pick<Refusal, 'receivedAt' | 'siteId'>,
  sensorCodes: readonly string[],
  besides: readonly string[],
): Refusal {
  const named = sensorCodes.slice(0, NAMED_MAX).join(', ') + (sensorCodes.length > NAMED_MAX ? ', …' : '');
  const detail = [`the site has no sensor ${named}`, ...besides].join('; ');
  return { reason: 'sensor-unknown', detail, receivedAt, siteId, sensorCodes, topic, payload };
}

import type { Instant } from '../../src/core/time.ts';
import { timeOf } from './written-time.ts';

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?$/;

/**
 * The moment that a device writes: ISO 8601 with a zone; epoch milliseconds as 13 digits; without a zone only where the
 * configuration says in which the device's clock runs. `null` when it is none.
 */
export function deviceTime(written: unknown, utcOffset: string | undefined): Instant | null {
  if (typeof written === 'number') return written >= 1e12 ? (timeOf('epoch-ms', written) ?? null) : null;
  if (typeof written !== 'string') return null;
  if (/^\d{13}$/.test(written)) return timeOf('epoch-ms', Number(written)) ?? null;
  const withZone = WITHOUT_ZONE.test(written) ? `${written.replace(' ', 'T')}${utcOffset ?? ''}` : written;
  return timeOf('iso', withZone) ?? null;
}

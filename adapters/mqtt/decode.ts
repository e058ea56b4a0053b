import type { Refusal, RefusalReason, Sample } from '../../src/core/sample.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Route, TopicMap } from './topic-map.ts';

/** One message as it came off the line. */
export interface Arrival {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: Instant;
}

/** What one message brought: exactly one of the two has an entry. */
export interface Decoded {
  readonly samples: readonly Sample[];
  readonly refusals: readonly Refusal[];
}

/** A larger payload is no reading. Refused unread, and kept only up to here. */
export const PAYLOAD_BYTES_MAX = 65_536;

const NONE: readonly never[] = [];
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes one message by its topic's mapping. Total: whatever the bytes are, it gives a sample or says what is wrong with which field. */
export function decode(map: TopicMap, arrival: Arrival): Decoded {
  const route = map.routeOf(arrival.topic);
  const refuse = (reason: RefusalReason, detail: string): Decoded => ({
    samples: NONE,
    refusals: [
      {
        reason,
        detail,
        receivedAt: arrival.receivedAt,
        siteId: route?.siteId ?? null,
        ...(route !== undefined && { sensorCode: route.sensorCode }),
        topic: arrival.topic,
        payload: kept(arrival.payload),
      },
    ],
  });
  if (route === undefined) return refuse('topic-unknown', 'no site has this topic');
  const { length } = arrival.payload;
  if (length > PAYLOAD_BYTES_MAX) return refuse('payload-too-large', `${String(length)} bytes`);

  const message = parse(arrival.payload);
  if (message === undefined) return refuse('payload-not-json', length === 0 ? 'empty' : 'not JSON in UTF-8');
  const value = at(message, route.value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return refuse(...valueFault(route, value));
  const written = at(message, route.observedAt);
  const observedAt = timeOf(route.time, written);
  if (observedAt === undefined) return refuse(...timeFault(route, written));

  const { siteId, sensorCode } = route;
  return { samples: [{ siteId, sensorCode, observedAt, receivedAt: arrival.receivedAt, value }], refusals: NONE };
}

/** A copy where something is cut off: a view would keep all of it in memory. */
const kept = (payload: Uint8Array): Uint8Array =>
  payload.length > PAYLOAD_BYTES_MAX ? Uint8Array.from(payload.subarray(0, PAYLOAD_BYTES_MAX)) : payload;

/** What is known of a message that was larger than the line takes: its size, and its topic if that had come. */
export const oversized = (map: TopicMap, topic: string, bytes: number, receivedAt: Instant): Refusal => ({
  reason: 'payload-too-large',
  detail: `${String(bytes)} bytes announced: not taken, and the line was cut`,
  receivedAt,
  siteId: map.routeOf(topic)?.siteId ?? null,
  topic,
  payload: new Uint8Array(),
});

/** JSON has no `undefined`: here it says that the bytes are none. */
function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
}

function at(message: unknown, path: readonly string[]): unknown {
  let found = message;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** `null` is the absence of a value, and so is never a number: `Number(null)` would be a level of zero metres. */
function valueFault(route: Route, value: unknown): [RefusalReason, string] {
  const field = fieldName(route.value);
  if (value === undefined) return ['value-missing', `${field} is missing`];
  if (value === null) return ['value-null', `${field} is null`];
  if (typeof value === 'number') return ['value-not-a-number', `${field} is too large to be a number here`];
  return ['value-not-a-number', `${field} is ${kindOf(value)}, not a number`];
}

function timeFault(route: Route, written: unknown): [RefusalReason, string] {
  const field = fieldName(route.observedAt);
  if (written === undefined || written === null) return ['time-missing', `${field} is missing`];
  const wanted = { iso: 'ISO 8601 with a zone', 'epoch-ms': 'epoch milliseconds', 'epoch-s': 'epoch seconds' };
  return ['time-unreadable', `${field} is no time from 1970 to 9999 as ${wanted[route.time]}`];
}

const fieldName = (path: readonly string[]): string => `$.${path.join('.')}`;
const kindOf = (value: unknown): string => (Array.isArray(value) ? 'an array' : `a ${typeof value}`);

/** End of year 9999: a later time is a unit mixed up, not a clock gone wrong. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function timeOf(form: Route['time'], written: unknown): Instant | undefined {
  const ms = form === 'iso' ? isoMs(written) : typeof written === 'number' ? epochMs(form, written) : NaN;
  return ms >= 0 && ms <= LATEST ? instant(ms) : undefined;
}

/** Whole milliseconds: part of a reading's key, which no rounding elsewhere may change. */
const epochMs = (form: Route['time'], written: number): number =>
  Math.round(form === 'epoch-s' ? written * 1000 : written);

const ISO = /^([1-9]\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/;

/** `Date.parse` would take 30 February for 2 March, and a time without zone for one in the server's. */
function isoMs(written: unknown): number {
  const parts = typeof written === 'string' ? ISO.exec(written) : null;
  if (parts === null) return NaN;
  const n = (i: number): number => Number(parts[i] ?? 0);
  const day = Date.UTC(n(1), n(2) - 1, n(3));
  if (new Date(day).getUTCDate() !== n(3) || new Date(day).getUTCMonth() !== n(2) - 1) return NaN;
  if (n(4) > 23 || n(5) > 59 || n(6) > 59 || n(9) > 23 || n(10) > 59) return NaN;
  const ms = Number(`${parts[7] ?? ''}000`.slice(0, 3));
  const zoneMinutes = (n(9) * 60 + n(10)) * (parts[8] === '-' ? -1 : 1);
  return day + ((n(4) * 60 + n(5) - zoneMinutes) * 60 + n(6)) * 1000 + ms;
}

import type { Acquired } from '../../src/core/acquired.ts';
import { PAYLOAD_BYTES_MAX } from '../../src/core/sample.ts';
import type { Refusal, RefusalReason, Sample } from '../../src/core/sample.ts';
import type { Instant } from '../../src/core/time.ts';
import { assign } from '../dialects/assign.ts';
import { readDialect } from '../dialects/read-dialect.ts';
import { timeOf } from '../dialects/written-time.ts';
import { decodeAcquired } from './acquired-decode.ts';
import type { Arrival, Decoded } from './arrival.ts';
import type { DialectRoute, JsonRoute, Route, TopicMap } from './topic-map.ts';

const NONE: readonly never[] = [];
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What is wrong with a field, and whose it would have been. */
interface Fault {
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly sensorCodes: readonly string[];
}

/** What was found in a message so far. */
interface Found {
  readonly samples: Sample[];
  readonly faults: Fault[];
}

/**
 * Decodes one message by its topic's mapping: one value, a record of several, or a list of either. Total: whatever the
 * bytes are, each part gives a sample or it is said what is wrong with which field; a bad one spoils no other.
 */
export function decode(map: TopicMap, arrival: Arrival): Decoded {
  const acquired = decodeAcquired(arrival);
  if (acquired !== null) return acquired;
  const route = map.routeOf(arrival.topic);
  const found: Found = { samples: [], faults: [] };
  const whole = (reason: RefusalReason, detail: string): void => {
    found.faults.push({ reason, detail, sensorCodes: ownCode(route) });
  };
  const { length } = arrival.payload;
  if (route === undefined) whole('topic-unknown', 'no site has this topic');
  else if (length > PAYLOAD_BYTES_MAX) whole('payload-too-large', `${String(length)} bytes`);
  else if (route.mapping !== undefined) return inDialect(route, map, arrival);
  else {
    const message = parse(arrival.payload);
    if (message === undefined) whole('payload-not-json', length === 0 ? 'empty' : 'not JSON in UTF-8');
    else if (!Array.isArray(message)) read(route, message, '$', arrival.receivedAt, found);
    else if (message.length === 0) whole('value-missing', '$ is an empty array');
    else message.forEach((each, i) => read(route, each, `$[${String(i)}]`, arrival.receivedAt, found));
  }
  const { samples, faults } = found;
  return { samples, refusals: faults.length === 0 ? NONE : refusalsOf(faults, arrival, route) };
}

function inDialect(route: DialectRoute, { memory }: TopicMap, arrival: Arrival): Decoded {
  const message = readDialect(route.mapping, memory, arrival);
  const { acquired, wrong, unassigned } = assign(route.table, message, arrival.receivedAt);
  const faults: Fault[] = [
    ...message.wrong.map((each) => ({ ...each, sensorCodes: NONE })),
    ...wrong.map(({ code, ...each }) => ({ ...each, sensorCodes: [code] })),
  ];
  const { siteId } = route;
  // Once a day each: it is no fault, but whoever writes the mapping wants to see it, and a message to try it on.
  for (const name of memory.unassigned.news(unassigned, arrival.receivedAt))
    faults.push({ reason: 'sensor-unknown', detail: `no sensor is ${name}`, sensorCodes: NONE });
  return {
    samples: acquired.map((each) => sampleOf(siteId, each)),
    refusals: faults.length === 0 ? NONE : refusalsOf(faults, arrival, route),
    asks: message.asks ?? NONE,
  };
}

/** What a device does not vouch for is said with it. */
const sampleOf = (
  siteId: string,
  { sensorCode, observedAt, receivedAt, value, quality, why = 'said-doubtful' }: Acquired,
): Sample => ({
  siteId,
  sensorCode,
  observedAt,
  receivedAt,
  value,
  ...(quality !== 'good' && { doubt: { quality, why } }),
});

const ownCode = (route: Route | undefined): readonly string[] =>
  route === undefined || route.sensorCode === null ? NONE : [route.sensorCode];

/** What is known of a message that was larger than the line takes: its size, and its topic if that had come. */
export const oversized = (
  map: TopicMap,
  { topic, bytes, receivedAt, siteId = null }: Omit<Arrival, 'payload'> & { readonly bytes: number },
): Refusal => ({
  reason: 'payload-too-large',
  detail: `${String(bytes)} bytes announced: not taken, and the line was cut`,
  receivedAt,
  siteId: map.routeOf(topic)?.siteId ?? siteId,
  sensorCodes: ownCode(map.routeOf(topic)),
  topic,
  payload: new Uint8Array(),
});

/** Faults told in one refusal; the rest is only counted. */
const TOLD_MAX = 8;

function refusalsOf(faults: readonly Fault[], arrival: Arrival, route?: Route): Refusal[] {
  const { topic, payload, receivedAt } = arrival;
  return [...Map.groupBy(faults, ({ reason }) => reason)].map(([reason, alike]) => {
    const told = alike.slice(0, TOLD_MAX).map(({ detail }) => detail);
    if (alike.length > TOLD_MAX) told.push(`and ${String(alike.length - TOLD_MAX)} more`);
    const sensorCodes = [...new Set(alike.flatMap((fault) => fault.sensorCodes))];
    const siteId = route?.siteId ?? arrival.siteId ?? null;
    return { reason, detail: told.join('; '), receivedAt, siteId, sensorCodes, topic, payload: kept(payload) };
  });
}

/** A copy where something is cut off: a view would keep all of it in memory. */
const kept = (payload: Uint8Array): Uint8Array =>
  payload.length > PAYLOAD_BYTES_MAX ? Uint8Array.from(payload.subarray(0, PAYLOAD_BYTES_MAX)) : payload;

/** JSON has no `undefined`: here it says that the bytes are none. */
function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
}

/** Reads what a payload is, or one entry of it if it is a list; `where` is what it is called. */
function read(route: JsonRoute, message: unknown, where: string, receivedAt: Instant, found: Found): void {
  const { siteId, sensorCode } = route;
  const value = at(message, route.value);
  const written = at(message, route.observedAt);
  const observedAt = timeOf(route.time, written);
  if (sensorCode === null) return readRecord(route, { value, written, observedAt }, where, receivedAt, found);
  if (!isNumber(value)) {
    const fault = valueFault(value, fieldName(where, route.value));
    found.faults.push({ ...fault, sensorCodes: [sensorCode] });
  } else if (observedAt === undefined) {
    found.faults.push({ ...timeFault(route, written, where), sensorCodes: [sensorCode] });
  } else found.samples.push({ siteId, sensorCode, observedAt, receivedAt, value });
}

interface RecordParts {
  readonly value: unknown;
  readonly written: unknown;
  readonly observedAt: Instant | undefined;
}

function readRecord(
  route: JsonRoute,
  { value, written, observedAt }: RecordParts,
  where: string,
  receivedAt: Instant,
  { samples, faults }: Found,
): void {
  const field = fieldName(where, route.value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const detail = `${field} is ${value === undefined ? 'missing' : `${kindOf(value)}, not numbers under their codes`}`;
    faults.push({ reason: 'value-missing', detail, sensorCodes: NONE });
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) faults.push({ reason: 'value-missing', detail: `${field} is empty`, sensorCodes: NONE });
  else if (observedAt === undefined) {
    faults.push({ ...timeFault(route, written, where), sensorCodes: entries.map(([code]) => code) });
  } else {
    for (const [sensorCode, each] of entries) {
      if (isNumber(each)) samples.push({ siteId: route.siteId, sensorCode, observedAt, receivedAt, value: each });
      else faults.push({ ...valueFault(each, `${field}.${sensorCode}`), sensorCodes: [sensorCode] });
    }
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function at(message: unknown, path: readonly string[]): unknown {
  let found = message;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

type Said = Omit<Fault, 'sensorCodes'>;

/** `null` is the absence of a value, and so is never a number: `Number(null)` would be a level of zero metres. */
function valueFault(value: unknown, field: string): Said {
  if (value === undefined) return { reason: 'value-missing', detail: `${field} is missing` };
  if (value === null) return { reason: 'value-null', detail: `${field} is null` };
  const what = typeof value === 'number' ? 'too large to be a number here' : `${kindOf(value)}, not a number`;
  return { reason: 'value-not-a-number', detail: `${field} is ${what}` };
}

function timeFault(route: JsonRoute, written: unknown, where: string): Said {
  const field = fieldName(where, route.observedAt);
  if (written === undefined || written === null) return { reason: 'time-missing', detail: `${field} is missing` };
  const wanted = { iso: 'ISO 8601 with a zone', 'epoch-ms': 'epoch milliseconds', 'epoch-s': 'epoch seconds' };
  const detail = `${field} is no time from 1970 to 9999 as ${wanted[route.time]}`;
  return { reason: 'time-unreadable', detail };
}

const fieldName = (where: string, path: readonly string[]): string => `${where}.${path.join('.')}`;
const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;

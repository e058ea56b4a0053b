import { doubleOf, floatOf, wireFields } from './protobuf.ts';
import type { WireField } from './protobuf.ts';

/** One metric of a Sparkplug B payload. What a device leaves out is undefined. */
export interface Metric {
  readonly name: string | undefined;
  readonly alias: bigint | undefined;
  /** Epoch milliseconds. */
  readonly timestamp: number | undefined;
  readonly datatype: number | undefined;
  readonly isNull: boolean;
  /** OPC quality of its property `Quality`: 192 good, 500 stale, 0 bad. */
  readonly quality: number | undefined;
  /** As it lies on the wire: what an integer means depends on the data type, which only a birth may say. */
  readonly raw: { readonly field: number; readonly bits: bigint; readonly bytes: Uint8Array } | undefined;
}

export interface SparkplugPayload {
  /** Epoch milliseconds. */
  readonly timestamp: number | undefined;
  readonly seq: number | undefined;
  readonly metrics: readonly Metric[];
}

const PAYLOAD = { timestamp: 1, metric: 2, seq: 3 } as const;
const METRIC = { name: 1, alias: 2, timestamp: 3, datatype: 4, isNull: 7, properties: 9 } as const;
const VALUE = { int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15, last: 19 } as const;
/** Data type of a truth. */
const BOOLEAN = 11;
const SET = { key: 1, value: 2 } as const;
const PROPERTY = { int: 3, long: 4 } as const;

const utf8 = new TextDecoder('utf-8');

/** Reads a payload of Sparkplug B, or says in words what is wrong with its bytes. */
export function sparkplugPayload(bytes: Uint8Array): SparkplugPayload | string {
  const fields = wireFields(bytes);
  if (typeof fields === 'string') return fields;
  const metrics: Metric[] = [];
  for (const { number, bytes: inner } of fields) {
    if (number !== PAYLOAD.metric) continue;
    const metric = metricOf(inner);
    if (typeof metric === 'string') return `metric ${String(metrics.length)}: ${metric}`;
    metrics.push(metric);
  }
  const seq = last(fields, PAYLOAD.seq)?.bits;
  return {
    timestamp: millisecondsOf(fields, PAYLOAD.timestamp),
    seq: seq === undefined ? undefined : Number(seq),
    metrics,
  };
}

function metricOf(bytes: Uint8Array): Metric | string {
  const fields = wireFields(bytes);
  if (typeof fields === 'string') return fields;
  const name = last(fields, METRIC.name);
  const datatype = last(fields, METRIC.datatype)?.bits;
  const value = fields.findLast(({ number }) => number >= VALUE.int && number <= VALUE.last);
  const properties = last(fields, METRIC.properties);
  return {
    name: name === undefined ? undefined : utf8.decode(name.bytes),
    alias: last(fields, METRIC.alias)?.bits,
    timestamp: millisecondsOf(fields, METRIC.timestamp),
    datatype: datatype === undefined ? undefined : Number(datatype),
    isNull: (last(fields, METRIC.isNull)?.bits ?? 0n) !== 0n,
    quality: properties === undefined ? undefined : qualityOf(properties.bytes),
    raw: value === undefined ? undefined : { field: value.number, bits: value.bits, bytes: value.bytes },
  };
}

const last = (fields: readonly WireField[], wanted: number): WireField | undefined =>
  fields.findLast(({ number }) => number === wanted);

const millisecondsOf = (fields: readonly WireField[], wanted: number): number | undefined => {
  const bits = last(fields, wanted)?.bits;
  return bits === undefined ? undefined : Number(bits);
};

/** A set of properties is a list of names and, beside it, a list of values. */
function qualityOf(bytes: Uint8Array): number | undefined {
  const fields = wireFields(bytes);
  if (typeof fields === 'string') return undefined;
  const at = fields.filter(({ number }) => number === SET.key).findIndex((key) => utf8.decode(key.bytes) === 'Quality');
  const value = at < 0 ? undefined : fields.filter(({ number }) => number === SET.value)[at];
  const inner = value === undefined ? 'none' : wireFields(value.bytes);
  if (typeof inner === 'string') return undefined;
  const bits = inner.findLast(({ number }) => number === PROPERTY.int || number === PROPERTY.long)?.bits;
  return bits === undefined ? undefined : Number(BigInt.asIntN(32, bits));
}

/** Bits of the signed data types: Int8, Int16, Int32, Int64. They lie on the wire as unsigned. */
const SIGNED_BITS: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [2, 16],
  [3, 32],
  [4, 64],
]);

/** The value of a metric as that data type; `null` where it says that it has none; `undefined` for what is no scalar. */
export function metricValue(
  { raw, isNull }: Metric,
  datatype: number | undefined,
): number | boolean | string | null | undefined {
  if (isNull) return null;
  if (raw === undefined) return undefined;
  const signedBits = SIGNED_BITS.get(datatype ?? 0);
  if (raw.field === VALUE.int || raw.field === VALUE.long)
    return Number(signedBits === undefined ? raw.bits : BigInt.asIntN(signedBits, raw.bits));
  if (raw.field === VALUE.float) return floatOf(raw.bits);
  if (raw.field === VALUE.double) return doubleOf(raw.bits);
  if (raw.field === VALUE.boolean) return raw.bits !== 0n;
  return raw.field === VALUE.string ? utf8.decode(raw.bytes) : undefined;
}

/** The payload of the command that asks a node for its birth: `Node Control/Rebirth` is true. */
export function rebirthPayload(at: number): Uint8Array {
  const name = new TextEncoder().encode('Node Control/Rebirth');
  const time = varint(BigInt(at));
  const key = (field: number, type: number): number => (field << 3) | type;
  const named = [key(METRIC.name, 2), name.length, ...name];
  const timed = [key(METRIC.timestamp, 0), ...time];
  const metric = [...named, ...timed, key(METRIC.datatype, 0), BOOLEAN, key(VALUE.boolean, 0), 1];
  return Uint8Array.from([key(PAYLOAD.timestamp, 0), ...time, key(PAYLOAD.metric, 2), metric.length, ...metric]);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

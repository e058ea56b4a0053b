import type { Acquired, DeviceQuality, NotGood } from '../../src/core/acquired.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { statusVerdict } from './status-quality.ts';

/** A data value as it came, without the library that read it. */
export interface UaValue {
  /** Number, boolean, bigint, or a 64-bit integer as its two halves [high, low]; anything else is no number. */
  readonly value: unknown;
  /** Name of the built-in type: `Double`, `UInt64`. */
  readonly type: string;
  readonly isArray: boolean;
  /** All 32 bits. */
  readonly status: number;
  readonly statusName: string;
  /** Epoch ms; null where the server gives none. */
  readonly sourceAt: number | null;
  readonly serverAt: number | null;
}

/** How a node's number becomes a sensor's. */
export interface ItemScale {
  readonly sensor: string;
  readonly scale: number;
  readonly offset: number;
}

export interface Reception {
  readonly receivedAt: Instant;
  readonly time: 'source' | 'server';
  /** The server's clock is known to be wrong, so no time of its own is believed. */
  readonly isClockWrong: boolean;
}

/** A time ahead of ours by more is no measurement's. The judge holds the same bound. */
const AHEAD_MAX_MS = 300_000;
/** Nothing that speaks OPC UA has measured before its first edition; power cuts set clocks to 1970, 1980, 2000. */
const OLDEST_MS = Date.UTC(2006, 0, 1);

/**
 * Total: whatever a server sends becomes a value with its quality. The time is the server's and never ours, however
 * impossible; one that cannot be believed, or is missing, makes a good value uncertain. Only where there is none at
 * all does the time of receipt stand for it.
 */
export function decode(item: ItemScale, ua: UaValue, { receivedAt, time, isClockWrong }: Reception): Acquired {
  const at = time === 'source' ? ua.sourceAt : ua.serverAt;
  const observedAt = instant(at ?? receivedAt);
  const raw = rawOf(ua);
  const { quality, why } = statusVerdict(ua.status);
  const base = { sensorCode: item.sensor, observedAt, receivedAt, raw };
  if (quality === 'bad') return { ...base, value: null, quality, why };
  const number = numberOf(ua);
  const value = number === null ? null : number * item.scale + item.offset;
  if (value === null || !Number.isFinite(value)) return { ...base, value: null, quality: 'bad', why: 'not-a-number' };
  if (why !== undefined) return { ...base, value, quality, why };
  const isTimeDoubtful = at === null || isClockWrong || isImpossible(at, receivedAt);
  const doubt: { quality: DeviceQuality; why?: NotGood } = isTimeDoubtful
    ? { quality: 'uncertain', why: 'clock-unset' }
    : { quality };
  return { ...base, value, ...doubt };
}

const isImpossible = (at: number, receivedAt: Instant): boolean => at > receivedAt + AHEAD_MAX_MS || at < OLDEST_MS;

/** The number, exact; null where it is none. */
export function numberOf({ value, type, isArray }: UaValue): number | null {
  if (isArray) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return exact(value);
  if (type === 'Int64' || type === 'UInt64') return halves(value, type);
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return type === 'Float' ? shortest(value) : value;
}

function halves(value: unknown, type: string): number | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [high, low] = value as [unknown, unknown];
  if (!Number.isInteger(high) || !Number.isInteger(low)) return null;
  const bits = (BigInt.asUintN(32, BigInt(high as number)) << 32n) | BigInt.asUintN(32, BigInt(low as number));
  return exact(type === 'Int64' ? BigInt.asIntN(64, bits) : bits);
}

/** A counter past 2^53 would be another number. */
const exact = (whole: bigint): number | null => (Number.isSafeInteger(Number(whole)) ? Number(whole) : null);

/**
 * The decimal that a device meant by a 32-bit number: 0.7 comes as 0.699999988, which a limit of 0.7 would never see.
 * The fewest digits that give the same 32 bits.
 */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const written = Number(value.toPrecision(digits));
    if (Math.fround(written) === Math.fround(value)) return written;
  }
  return value;
}

const RAW_MAX = 120;

/** What came, for people: status where it is not plainly good, then the value. */
export function rawOf({ value, type, isArray, status, statusName }: UaValue): string {
  const said = status === 0 ? '' : `0x${(status >>> 0).toString(16).padStart(8, '0')} ${statusName} `;
  const shown = isArray ? `${type}[]` : `${type} ${shownValue(value)}`;
  return `${said}${value === null || value === undefined ? 'null' : shown}`.slice(0, RAW_MAX);
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, RAW_MAX));
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value) && value.length <= 2) return value.map(shownValue).join(' ');
  return '(no number)';
}

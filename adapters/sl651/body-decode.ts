import { MINUTE, instant, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import { digitsOf } from './frame.ts';
import type { UpFrame } from './frame.ts';

/** One value of one element, as the station has it. */
export interface Element {
  /** Two hexadecimal digits, `FF` and two more for one of the maker's own. */
  readonly id: string;
  readonly observedAt: Instant;
  /** null: the station says that it has none, or what it says is no number. */
  readonly value: number | null;
  /** As it lies in the frame, in hexadecimal. */
  readonly raw: string;
}

/** What a message says. */
export interface Body {
  /** 0: none. */
  readonly serial: number;
  /** When it was sent, as it lies in the frame. */
  readonly sentAt: Uint8Array;
  readonly elements: readonly Element[];
  /** Bits of element 45: 1 a loss of mains, 2 a low battery, 4 … */
  readonly status: number | null;
  /** What of it could not be read, in words, with the byte at which it stands. What stands before it was. */
  readonly fault: string | null;
}

const LINK_KEEP = 0x2f;
const UNIFORM = 0x31;
const FIVE_MINUTES: DurationMs = 5 * MINUTE;
/** Ids with a layout of their own. */
const TIME = 0xf0;
const ADDRESS = 0xf1;
const TEXT = 0xf2;
const PICTURE = 0xf3;
const RAIN_OF_HOUR = 0xf4;
const LEVEL_FIRST = 0xf5;
const LEVEL_LAST = 0xfc;
const STEP = 0x04;
const STATUS = 0x45;

/**
 * The body of a message: serial number and time of sending, then what a station reports, each element with its length and
 * decimals in front of it. Times are the station's, `utcOffsetMs` ahead of UTC. Total: it ends where the bytes cannot be
 * followed and says so.
 */
export function bodyOf({ func, body }: Pick<UpFrame, 'func' | 'body'>, utcOffsetMs: DurationMs): Body {
  const reader = new Reader(body);
  const serial = reader.take(2);
  const sentAt = reader.take(6);
  if (serial === undefined || sentAt === undefined)
    return { serial: 0, sentAt: new Uint8Array(), elements: [], status: null, fault: 'the body ends in its head' };
  const head = { serial: (serial[0] ?? 0) * 256 + (serial[1] ?? 0), sentAt };
  const read = func === LINK_KEEP ? { elements: [], status: null, fault: null } : elementsOf(reader, func, utcOffsetMs);
  return { ...head, ...read };
}

class Reader {
  readonly #bytes: Uint8Array;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  get left(): number {
    return this.#bytes.length - this.at;
  }
  take(count: number): Uint8Array | undefined {
    if (count > this.left) return undefined;
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }
}

function elementsOf(
  reader: Reader,
  func: number,
  utcOffsetMs: DurationMs,
): Pick<Body, 'elements' | 'status' | 'fault'> {
  const elements: Element[] = [];
  let observedAt: Instant | null = null;
  let stepMs: DurationMs = 0;
  let status: number | null = null;
  const said = (fault: string | null) => ({ elements, status, fault });

  while (reader.left > 0) {
    const start = reader.at;
    const [first = 0] = reader.take(1) ?? [];
    const own = first === 0xff ? reader.take(1) : undefined;
    const definition = reader.take(1)?.[0];
    const id = own === undefined ? hexOf([first]) : hexOf([first, ...own]);
    if (definition === undefined) return said(`element ${id} at byte ${String(start)} is broken off`);
    // Free text and pictures are no measurement, and have all that follows.
    if (own === undefined && (first === TEXT || first === PICTURE)) return said(null);
    const length = lengthOf(own === undefined ? first : null, definition);
    const bytes = reader.take(length);
    if (bytes === undefined) return said(`element ${id} at byte ${String(start)} is broken off`);
    if (own === undefined && first === ADDRESS) {
      // The class of the station follows its address where something is reported; after it comes the time.
      reader.take(1);
    } else if (own === undefined && first === TIME) {
      observedAt = timeOf(bytes, utcOffsetMs);
      if (observedAt === null) return said(`the time of observation ${hexOf(bytes)} is none`);
    } else if (observedAt === null) return said(`element ${id} stands before the time of observation`);
    else if (own === undefined && first === STEP) stepMs = stepOf(bytes);
    else if (own === undefined && first === STATUS) status = bytes.reduce((bits, byte) => bits * 256 + byte, 0);
    else if (own === undefined && first === RAIN_OF_HOUR) elements.push(...hourOf(id, bytes, 1, observedAt));
    else if (own === undefined && first >= LEVEL_FIRST && first <= LEVEL_LAST)
      elements.push(...hourOf(id, bytes, 2, observedAt));
    else {
      const decimals = definition & 0x07;
      elements.push(elementOf(id, bytes, decimals, observedAt));
      // A report of equal steps names its element once, and then has a value for each step.
      for (let i = 1; func === UNIFORM && stepMs > 0 && reader.left >= length && length > 0; i += 1)
        elements.push(elementOf(id, reader.take(length) ?? bytes, decimals, plus(observedAt, i * stepMs)));
    }
  }
  return said(null);
}

/** Bytes behind the definition. Those of an hour's values, of a time and of an address are fixed, whatever it says. */
function lengthOf(standard: number | null, definition: number): number {
  if (standard === TIME || standard === ADDRESS) return 5;
  if (standard === RAIN_OF_HOUR) return 12;
  if (standard !== null && standard >= LEVEL_FIRST && standard <= LEVEL_LAST) return 24;
  return definition >> 3;
}

/** Twelve values of an hour, each five minutes after the one before; the last is of the time of observation. In 0.1 mm, or 0.01 m. */
function hourOf(id: string, bytes: Uint8Array, width: 1 | 2, observedAt: Instant): Element[] {
  return Array.from({ length: 12 }, (_, i) => {
    const part = bytes.subarray(i * width, (i + 1) * width);
    const number = part.reduce((sum, byte) => sum * 256 + byte, 0);
    const isNone = part.every((byte) => byte === 0xff);
    const value = isNone ? null : width === 1 ? number / 10 : number / 100;
    return { id, observedAt: instant(observedAt - (11 - i) * FIVE_MINUTES), value, raw: hexOf(part) };
  });
}

function elementOf(id: string, bytes: Uint8Array, decimals: number, observedAt: Instant): Element {
  return { id, observedAt, value: numberOf(bytes, decimals), raw: hexOf(bytes) };
}

/** Digits in BCD; a first byte of FF is a minus; nothing but FF is no value. */
function numberOf(bytes: Uint8Array, decimals: number): number | null {
  const isNegative = bytes.length > 1 && bytes[0] === 0xff;
  const digits = digitsOf(isNegative ? bytes.subarray(1) : bytes);
  if (digits === undefined || digits === '') return null;
  const whole = digits.slice(0, digits.length - decimals) || '0';
  const value = Number(`${whole}.${digits.slice(digits.length - decimals).padStart(decimals, '0')}`);
  return isNegative ? -value : value;
}

/** YYMMDDHHmm, of this century. */
function timeOf(bytes: Uint8Array, utcOffsetMs: DurationMs): Instant | null {
  const pairs = digitsOf(bytes)?.match(/\d\d/g)?.map(Number);
  if (pairs === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = pairs;
  const at = Date.UTC(2000 + year, month - 1, day, hour, minute);
  const is = new Date(at);
  const isCalendar = is.getUTCMonth() === month - 1 && is.getUTCDate() === day && hour < 24 && minute < 60;
  return isCalendar ? instant(at - utcOffsetMs) : null;
}

/** DDHHmm in BCD; 0 where it is none. */
function stepOf(bytes: Uint8Array): DurationMs {
  const [day = 0, hour = 0, minute = 0] = digitsOf(bytes)?.match(/\d\d/g)?.map(Number) ?? [];
  return ((day * 24 + hour) * 60 + minute) * MINUTE;
}

const hexOf = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');

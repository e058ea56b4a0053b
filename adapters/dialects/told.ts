import type { DeviceQuality, NotGood } from '../../src/core/acquired.ts';
import type { RefusalReason } from '../../src/core/sample.ts';
import type { Instant } from '../../src/core/time.ts';

/** Why a device does not stand by a value that it tells. */
export interface Doubt {
  readonly quality: Exclude<DeviceQuality, 'good'>;
  readonly why: NotGood;
}

/** One value as a device tells it, before it is known whose it is. */
export interface Told {
  /** As the device names itself. */
  readonly device: string;
  /** Names the value within the device. */
  readonly field: string;
  /** When it was measured; null: it says no time. */
  readonly at: Instant | null;
  /** As it was written: a number, a truth, a text, nothing. */
  readonly value: unknown;
  readonly doubt?: Doubt | undefined;
}

/** What is wrong with a message, or with a part of one. */
export interface Wrong {
  readonly reason: RefusalReason;
  /** In words, names the part. */
  readonly detail: string;
}

/** What a message tells. A part that cannot be read spoils no other. */
export interface Message {
  readonly told: readonly Told[];
  readonly wrong: readonly Wrong[];
  /** Devices that are gone, and all that tell through them: from now on nobody knows their values. */
  readonly gone?: readonly string[] | undefined;
  /** What is to be published for it. */
  readonly asks?: readonly Ask[] | undefined;
}

/** A message of ours to a device. */
export interface Ask {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export const wrongly = (reason: RefusalReason, detail: string): Message => ({ told: [], wrong: [{ reason, detail }] });

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const WRITTEN_LENGTH_MAX = 40;

/**
 * The number that a device means: a finite one, its digits as text, 1 and 0 for a truth; `undefined` for all else. An empty
 * text, `NAN` and `null` are the absence of one, and never zero.
 */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number =
    typeof value === 'string' && value.length <= WRITTEN_LENGTH_MAX && DECIMAL.test(value.trim())
      ? Number(value.trim())
      : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Whether a value is the absence of one: `null`, or how loggers write it. */
export const isAbsent = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (typeof value === 'string' && /^\s*(?:|[+-]?(?:nan|inf|infinity)|null|-{2,})\s*$/i.test(value)) ||
  (typeof value === 'number' && !Number.isFinite(value));

/** An object that is no list, or `undefined`. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

/** Its own entry of that name; what every object inherits is none. */
export const entryOf = (value: unknown, ...keys: readonly string[]): unknown => {
  const object = objectOf(value);
  const key = keys.find((each) => object !== undefined && Object.hasOwn(object, each));
  return key === undefined ? undefined : object?.[key];
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON has no `undefined`: here it says that the bytes are none. */
export function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
}

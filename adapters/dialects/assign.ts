import type { Assignment, Condition, DialectMapping } from '../../src/contract/dialect-config.ts';
import type { Acquired } from '../../src/core/acquired.ts';
import type { RefusalReason } from '../../src/core/sample.ts';
import { scaled } from '../../src/core/scaled.ts';
import type { Instant } from '../../src/core/time.ts';
import { isAbsent, numberOf } from './told.ts';
import type { Doubt, Message, Told } from './told.ts';

/** Which sensors a device's fields are. */
export interface Assignments {
  of(device: string, field: string): Assignment | undefined;
  /** All that a device tells, and all that tell through it. */
  below(device: string): readonly Assignment[];
  readonly untimed: DialectMapping['untimed'];
}

/** What became of a message. */
export interface Assigned {
  readonly acquired: readonly Acquired[];
  readonly wrong: readonly { readonly reason: RefusalReason; readonly detail: string; readonly code: string }[];
  /** `device field` of what no sensor is. */
  readonly unassigned: readonly string[];
}

/** The table of a mapping as a lookup. Device names are compared as written, a devEui in small letters. */
export function assignments({ sensors, untimed }: Pick<DialectMapping, 'sensors' | 'untimed'>): Assignments {
  const table = new Map(sensors.map((each) => [keyOf(each.device, each.field), each]));
  return {
    untimed,
    of: (device, field) => table.get(keyOf(device, field)),
    below: (device) => sensors.filter((each) => each.device === device || each.device.startsWith(`${device}/`)),
  };
}

const keyOf = (device: string, field: string): string => `${device}\n${field}`;

/**
 * What a message says of the sensors that are known. The value is the device's, so is its quality; a condition that it does not
 * meet, or says nothing about, makes it uncertain. A device that is gone has bad values without number, as of now.
 */
export function assign(table: Assignments, { told, gone = [] }: Message, receivedAt: Instant): Assigned {
  const [acquired, wrong, unassigned]: [Acquired[], Assigned['wrong'][number][], string[]] = [[], [], []];
  const beside = new Map(told.map((each) => [besideKey(each, each.field), each.value]));
  for (const each of told) {
    const own = table.of(each.device, each.field);
    if (own === undefined) {
      unassigned.push(`${each.device} ${each.field}`);
      continue;
    }
    const observedAt = each.at ?? (table.untimed === 'arrival' ? receivedAt : null);
    const where = `${each.device} ${each.field}`;
    if (observedAt === null)
      wrong.push({ reason: 'time-missing', detail: `${where} has no time that can be read`, code: own.code });
    else {
      const one = valueOf(own, each, beside);
      if (one === undefined) {
        wrong.push({
          reason: 'value-not-a-number',
          detail: `${where} is ${kindOf(each.value)}, not a number`,
          code: own.code,
        });
      } else acquired.push({ sensorCode: own.code, observedAt, receivedAt, ...one });
    }
  }
  for (const { code } of gone.flatMap((device) => table.below(device)))
    acquired.push({
      sensorCode: code,
      observedAt: receivedAt,
      receivedAt,
      value: null,
      quality: 'bad',
      why: 'not-connected',
    });
  return { acquired, wrong, unassigned };
}

type Value = Pick<Acquired, 'value' | 'quality' | 'why'>;

function valueOf(own: Assignment, told: Told, beside: ReadonlyMap<string, unknown>): Value | undefined {
  const doubt =
    told.doubt ?? own.believedWhile?.map((each) => doubtBy(each, told, beside)).find((found) => found !== null);
  if (isAbsent(told.value)) return { value: null, quality: 'bad', why: doubt?.why ?? 'not-a-number' };
  const number = numberOf(told.value);
  const value = number === undefined ? undefined : scaled(number, own);
  if (value === undefined || !Number.isFinite(value)) return undefined;
  if (doubt?.quality === 'bad') return { value: null, ...doubt };
  return doubt ? { value, ...doubt } : { value, quality: 'good' };
}

function doubtBy(
  { field, oneOf, atMost, why }: Condition,
  told: Told,
  beside: ReadonlyMap<string, unknown>,
): Doubt | null {
  const said = numberOf(beside.get(besideKey(told, field)));
  const isMet = said !== undefined && (oneOf?.includes(said) ?? true) && (atMost === undefined || said <= atMost);
  return isMet ? null : { quality: 'uncertain', why };
}

const besideKey = ({ device, at }: Told, field: string): string => `${device}\n${String(at)}\n${field}`;

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : value === undefined ? 'nothing' : `a ${typeof value}`;

import type { Sl651Line } from '../../src/contract/acquire/sl651-config.ts';
import type { Acquired, NotGood } from '../../src/core/acquired.ts';
import { scaled } from '../../src/core/scaled.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Body, Element } from './body-decode.ts';

export type Station = Sl651Line['stations'][number];

/** Bits of the status of a station that say of which values it does not vouch for. */
const FAULTS: readonly { readonly bit: number; readonly ids: RegExp; readonly why: NotGood }[] = [
  { bit: 5, ids: /^(?:2[7-9A-F]|30)$/, why: 'sensor-fault' },
  { bit: 6, ids: /^(?:0E|39|3[A-F]|F[5-9A-C])$/, why: 'sensor-fault' },
];

/**
 * What a message says of the sensors of its station. A value that is not there is bad; one whose meter the station
 * itself reports as faulty is uncertain.
 */
export function acquiredOf({ elements }: Station, body: Body, receivedAt: Instant): Acquired[] {
  return elements.flatMap(({ element, sensor, scale, offset }) =>
    body.elements
      .filter(({ id }) => id === element)
      .map((told) => ({
        sensorCode: sensor,
        receivedAt,
        observedAt: told.observedAt,
        raw: told.raw,
        ...worth(told, body.status, { scale, offset }),
      })),
  );
}

function worth(
  { id, value }: Element,
  status: number | null,
  factor: Pick<Station['elements'][number], 'scale' | 'offset'>,
): Pick<Acquired, 'value' | 'quality' | 'why'> {
  const own = value === null ? NaN : scaled(value, factor);
  if (!Number.isFinite(own)) return { value: null, quality: 'bad', why: 'not-a-number' };
  const fault = FAULTS.find(({ bit, ids }) => status !== null && ((status >>> bit) & 1) === 1 && ids.test(id));
  return fault === undefined ? { value: own, quality: 'good' } : { value: own, quality: 'uncertain', why: fault.why };
}

const BITS: readonly (readonly [number, string])[] = [
  [0, 'mains lost'],
  [1, 'battery low'],
  [5, 'flow meter faulty'],
  [6, 'level meter faulty'],
  [8, 'memory faulty'],
];

/** What a station says of itself, in words; empty when it is well. */
export const statusWords = (status: number | null): string =>
  BITS.filter(([bit]) => status !== null && ((status >>> bit) & 1) === 1)
    .map(([, words]) => words)
    .join(', ');

import { HOUR } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';

/** What one device gave at one moment: one record of a logger, or one value of an instrument with a line of its own. */
export interface Measurement {
  readonly device: string;
  readonly observedAt: Instant;
  /** By code; null is sent as null. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** Something that goes wrong. Hours of the scenario's own time since the cycle of its weather began. */
export type Fault = { readonly from: number; readonly until: number } & (
  | { readonly kind: 'stuck'; readonly codes: readonly string[] }
  /** One reading is off by so much, in its own unit. */
  | { readonly kind: 'spike'; readonly codes: readonly string[]; readonly by: number }
  /** Their cable is out: nothing for these, null in a record. */
  | { readonly kind: 'gap'; readonly codes: readonly string[] }
  /** One reading as given, then nothing. */
  | { readonly kind: 'destroyed'; readonly codes: readonly string[]; readonly value: number }
  /** Each gives what the other measures. */
  | { readonly kind: 'swapped'; readonly codes: readonly [string, string] }
  /** A logger that lost its battery counts from its own beginning of time. */
  | { readonly kind: 'clock-reset'; readonly device: string }
  /** A dead modem: a whole logger is silent, and what it measured is lost. */
  | { readonly kind: 'dead-modem'; readonly device: string }
);

/** When loggers begin to count. */
const FIRST_DAY = Date.UTC(2000, 0, 1);

/** What a stuck sensor goes on giving, by fault and code. */
export type Held = ReadonlyMap<Fault, Readonly<Record<string, number | null>>>;

interface Moment {
  /** The scenario's own time within its cycle, and that of this device's reading before. */
  readonly at: DurationMs;
  readonly before: DurationMs;
  /** How many times faster than real time the scenario runs. */
  readonly speed: number;
}

/** What comes through of a measurement; undefined when nothing does. */
export function throughFaults(
  faults: readonly Fault[],
  measured: Measurement,
  moment: Moment,
  held: Held,
): { readonly come: Measurement | undefined; readonly held: Held } {
  const holding = new Map(held);
  let come: Measurement | undefined = measured;
  for (const fault of faults) {
    const isOn = moment.at >= fault.from * HOUR && moment.at < fault.until * HOUR;
    if (!isOn) holding.delete(fault);
    else if (come !== undefined) come = through(fault, come, moment, holding);
  }
  return { come, held: holding };
}

function through(
  fault: Fault,
  measured: Measurement,
  moment: Moment,
  holding: Map<Fault, Readonly<Record<string, number | null>>>,
): Measurement | undefined {
  const { device, observedAt, values } = measured;
  const isFirst = moment.before < fault.from * HOUR;
  switch (fault.kind) {
    case 'stuck': {
      const own = holding.get(fault) ?? {};
      const now = { ...values, ...only(own, values) };
      holding.set(fault, { ...only(values, fault.codes), ...own });
      return { ...measured, values: now };
    }
    case 'spike':
      return isFirst ? with_(measured, fault.codes, (value) => value + fault.by) : measured;
    case 'gap':
      return with_(measured, fault.codes, () => null);
    case 'destroyed':
      return with_(measured, fault.codes, () => (isFirst ? fault.value : null));
    case 'swapped': {
      const [one, other] = fault.codes;
      if (!(one in values) || !(other in values)) return measured;
      return { ...measured, values: { ...values, [one]: values[other] ?? null, [other]: values[one] ?? null } };
    }
    case 'clock-reset':
      if (device !== fault.device) return measured;
      return {
        ...measured,
        observedAt: (FIRST_DAY + Math.round((moment.at - fault.from * HOUR) / moment.speed)) as typeof observedAt,
      };
    case 'dead-modem':
      return device === fault.device ? undefined : measured;
  }
}

function with_(measured: Measurement, codes: readonly string[], change: (value: number) => number | null): Measurement {
  const changed = Object.entries(measured.values).map(([code, value]) => [
    code,
    codes.includes(code) && value !== null ? change(value) : value,
  ]);
  return { ...measured, values: Object.fromEntries(changed) as Measurement['values'] };
}

/** Those of the first that are also named by the second. */
function only(
  values: Measurement['values'],
  names: readonly string[] | Readonly<Record<string, unknown>>,
): Measurement['values'] {
  const wanted = Array.isArray(names) ? (names as readonly string[]) : Object.keys(names);
  return Object.fromEntries(Object.entries(values).filter(([code]) => wanted.includes(code)));
}

import type { DeriveConfig } from '../src/contract/derive-config.ts';
import type { Flag } from '../src/core/reading.ts';
import { DAY, HOUR, SECOND, instant } from '../src/core/time.ts';
import type { DurationMs } from '../src/core/time.ts';
import type { Calibration, Computed, Given, Point } from './derivation.ts';
import { downslope, horizontal, moved, settlement, spatial } from './derive/displacement.ts';
import type { Enu } from './derive/displacement.ts';
import { beachLength, heightAbove, phreaticDepth } from './derive/pond.ts';
import { rainOfCounter, rainOfIntervals } from './derive/rain.ts';
import { ratePerHour } from './derive/trend.ts';
import { levelOfVibratingWire } from './vibrating-wire-level.ts';

/** Codes of what a formula takes, and how it looks at them. */
interface Formula {
  readonly primary: string;
  /** Of the same record, by role. */
  readonly same: Readonly<Record<string, string>>;
  /** Of another cadence, by role. */
  readonly nearest: Readonly<Record<string, { readonly code: string; readonly maxAgeMs: DurationMs }>>;
  /** How far back it looks over its primary input. */
  readonly windowMs: DurationMs;
  readonly calibrations: readonly Calibration[];
}

/** What the formula is told of its primary input. */
interface PrimaryFacts {
  readonly intervalMs: DurationMs;
  readonly unit: string;
}

/** A formula as a site writes it, ready to compute. */
export function formulaOf(derive: DeriveConfig, factsOf: (code: string) => PrimaryFacts): Formula {
  const formula = withoutBattery(derive, factsOf);
  return derive.battery === undefined ? formula : onBattery(formula, derive.battery);
}

function onBattery(
  formula: Formula,
  { channel, lowBelow, maxAgeSeconds }: NonNullable<DeriveConfig['battery']>,
): Formula {
  const doubted = ({ from, compute }: Calibration): Calibration => ({
    from,
    compute: (given) => {
      const { value, flags } = compute(given);
      const isLow = (given.inputs.get('battery') ?? Infinity) < lowBelow;
      return { value, flags: isLow ? [...flags, 'battery-low'] : flags };
    },
  });
  return {
    ...formula,
    nearest: { ...formula.nearest, battery: { code: channel, maxAgeMs: maxAgeSeconds * SECOND } },
    calibrations: formula.calibrations.map(doubted),
  };
}

function withoutBattery(derive: DeriveConfig, factsOf: (code: string) => PrimaryFacts): Formula {
  const base = { same: {}, nearest: {}, windowMs: 0 };
  switch (derive.formula) {
    case 'vibrating-wire':
      return {
        ...base,
        primary: derive.reading,
        same: derive.temperature === undefined ? {} : { temperature: derive.temperature },
        nearest:
          derive.barometer === undefined
            ? {}
            : { barometer: { code: derive.barometer, maxAgeMs: derive.barometerMaxAgeSeconds * SECOND } },
        calibrations: dated(derive.calibrations, (constants) =>
          levelOfVibratingWire(derive, constants, factsOf(derive.reading).unit),
        ),
      };
    case 'linear':
      return {
        ...base,
        primary: derive.value,
        calibrations: dated(derive.calibrations, ({ factor, offset }) => pointwise((value) => factor * value + offset)),
      };
    case 'phreatic-depth':
      return {
        ...base,
        primary: derive.level,
        calibrations: dated(derive.calibrations, ({ ground }) => pointwise((level) => phreaticDepth(ground, level))),
      };
    case 'beach-length':
      return {
        ...base,
        primary: derive.level,
        calibrations: dated(derive.calibrations, ({ sections }) => pointwise((level) => beachLength(sections, level))),
      };
    case 'freeboard':
      return {
        ...base,
        primary: derive.level,
        calibrations: dated(derive.calibrations, ({ crest }) => pointwise((level) => heightAbove(crest, level))),
      };
    case 'rolling-rain':
      return { ...base, ...rollingRain(derive, factsOf(derive.tips).intervalMs) };
    case 'rate':
      return { ...base, ...rate(derive) };
    case 'displacement':
      return { ...base, ...displacement(derive) };
  }
}

type Constants<F extends DeriveConfig['formula']> = Extract<DeriveConfig, { formula: F }>;

const dated = <C extends { readonly from: string }>(
  calibrations: readonly C[],
  compute: (constants: C) => Calibration['compute'],
): Calibration[] =>
  calibrations.map((constants) => ({
    from: instant(Date.parse(`${constants.from}T00:00:00Z`)),
    compute: compute(constants),
  }));

const pointwise =
  (formula: (value: number) => number) =>
  ({ value }: Given): Computed => ({ value: formula(value), flags: [] });

function rollingRain(derive: Constants<'rolling-rain'>, intervalMs: DurationMs) {
  const lengthMs = derive.windowSeconds * SECOND;
  const expected = Math.round(lengthMs / intervalMs);
  return {
    primary: derive.tips,
    // A counter's first step begins before the window.
    windowMs: lengthMs + 3 * intervalMs,
    calibrations: dated(
      derive.calibrations,
      ({ tipMillimetres, counts, wrapsAt }) =>
        ({ at, window }: Given): Computed => {
          const from = instant(at - lengthMs);
          const rain =
            counts === 'total'
              ? rainOfCounter(settled(window), from, tipMillimetres, wrapsAt ?? null)
              : rainOfIntervals(
                  window.filter((reading) => reading.at > from),
                  expected,
                  tipMillimetres,
                );
          const flags: Flag[] = rain.whole ? [] : ['window-short'];
          return { value: rain.millimetres, flags: rain.reset ? [...flags, 'counter-reset'] : flags };
        },
    ),
  };
}

/** Of less than this share of its window a rate is not known: one step of the instrument's resolution would pass for a flood. */
const SHORTEST_SHARE = 0.5;
/** From this share on it counts as whole: the window need not begin at a reading. */
const WHOLE_SHARE = 0.9;

function rate(derive: Constants<'rate'>) {
  const hours = derive.per === 'hour' ? 1 : DAY / HOUR;
  const windowMs = derive.windowSeconds * SECOND;
  return {
    primary: derive.value,
    windowMs,
    calibrations: dated(derive.calibrations, ({ factor }) => ({ at, window }: Given): Computed => {
      const over = (points: readonly Point[]): Computed | null => {
        const covered = (at - (points[0]?.at ?? at)) / windowMs;
        const perHour = covered < SHORTEST_SHARE ? null : ratePerHour(points);
        if (perHour === null) return null;
        return { value: perHour * hours * factor, flags: covered < WHOLE_SHARE ? ['window-short'] : [] };
      };
      // What the value changed by while somebody worked is no rate: it may have been set anew.
      const worked = window.findLastIndex(({ afterWork }) => afterWork === true);
      const since = window.slice(Math.max(0, worked));
      return over(settled(since)) ?? over(since) ?? { value: null, flags: ['window-short'] };
    }),
  };
}

/**
 * Without what was doubted and is followed by a value that is not: a spike would stay in the window, and each rate over
 * it would agree with the one before. Of a change that lasts the good values tell, and what is newest always counts.
 */
function settled(window: readonly Point[]): readonly Point[] {
  const good = window.findLastIndex(({ doubtful }) => doubtful !== true);
  return window.filter(({ doubtful, afterWork }, i) => doubtful !== true || afterWork === true || i > good);
}

function displacement(derive: Constants<'displacement'>) {
  const component = (move: Enu, azimuth = 0, dip = 0): number => {
    switch (derive.component) {
      case 'horizontal':
        return horizontal(move);
      case 'spatial':
        return spatial(move);
      case 'settlement':
        return settlement(move);
      case 'downslope':
        return downslope(move, azimuth, dip);
    }
  };
  return {
    primary: derive.east,
    same: { north: derive.north, up: derive.up, ...(derive.status === undefined ? {} : { status: derive.status }) },
    calibrations: dated(derive.calibrations, (origin) => ({ value: east, inputs }: Given): Computed => {
      const [north, up] = [inputs.get('north'), inputs.get('up')];
      if (north === undefined || up === undefined) return { value: null, flags: ['input-missing'] };
      const move = moved(origin, { east, north, up });
      const value = origin.factor * component(move, origin.slopeAzimuthDegrees, origin.slopeDipDegrees);
      return { value, flags: solutionFlags(derive, inputs.get('status')) };
    }),
  };
}

function solutionFlags({ status, fixed }: Constants<'displacement'>, solution: number | undefined): Flag[] {
  if (status === undefined) return [];
  if (solution === undefined) return ['input-missing'];
  return fixed.includes(solution) ? [] : ['not-fixed'];
}

import type { DeriveConfig } from '../../src/contract/derive-config.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';
import { HOUR, SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { downslopeMove, solution } from './gnss.ts';
import type { Enu } from './gnss.ts';
import { DEMO_POND } from './pond.ts';
import { chance, tremble } from './random.ts';
import { thermistorOhms, wireReading } from './vibrating-wire.ts';
import type { World } from './world.ts';

/** Something that measures: which codes of the site it gives, and on whose line. */
export interface Instrument {
  /** What sends it: the logger of its section, the receiver of its point, or itself. */
  readonly device: string;
  readonly intervalMs: DurationMs;
  /** By code, in the unit of each; number `reading` of this device. */
  readonly read: (world: World, reading: number) => Readonly<Record<string, number>>;
}

type Sensor = SiteConfig['sensors'][number];
type Formula<F extends DeriveConfig['formula']> = Extract<DeriveConfig, { formula: F }>;

/**
 * The instruments that the site must have: whatever it derives, something gives. Their truth is the demo pond's in the
 * order the site names them; what goes beyond that gives nothing.
 */
export function instrumentsOf(site: SiteConfig, seed: number): Instrument[] {
  const channels = new Map((site.channels ?? []).map((channel) => [channel.code, channel]));
  const reporting = new Map(
    [...(site.channels ?? []), ...site.sensors].map((each) => [each.code, each.intervalSeconds]),
  );
  const intervalOf = (code: string): DurationMs => SECOND * (reporting.get(code) ?? NaN);
  const found: Instrument[] = [];
  const given = new Set<string>();
  const add = (codes: readonly string[], instrument: Instrument): void => {
    if (codes.some((code) => given.has(code))) return;
    for (const code of codes) given.add(code);
    found.push(instrument);
  };
  let [wires, levels, dam, slope] = [0, 0, 0, 0];

  for (const sensor of site.sensors) {
    const { derive } = sensor;
    const own = { device: sensor.code, intervalMs: sensor.intervalSeconds * SECOND };
    if (derive === undefined) {
      const nth = sensor.item === 'phreatic-level' ? levels++ : 0;
      const read = direct(sensor, seed, nth);
      if (read !== undefined) add([sensor.code], { ...own, read });
      continue;
    }
    const battery = derive.battery?.channel;
    let device = sensor.section ?? sensor.point ?? sensor.code;
    if (derive.formula === 'vibrating-wire') {
      const codes = [derive.reading, ...(derive.temperature === undefined ? [] : [derive.temperature])];
      const intervalMs = intervalOf(derive.reading);
      const read = wire(derive, channels.get(derive.reading)?.unit ?? 'Hz', seed, wires++);
      add(codes, { device, intervalMs, read });
      const air = derive.barometer;
      if (air !== undefined && channels.has(air))
        add([air], {
          device: air,
          intervalMs: intervalOf(air),
          read: (world, n) => ({ [air]: airReading(world, seed, n) }),
        });
    } else if (derive.formula === 'displacement' && !given.has(derive.east)) {
      device = sensor.point ?? sensor.code;
      const constants = newest(derive.calibrations);
      const onSlope = constants.slopeAzimuthDegrees !== undefined;
      const read = receiver(derive, seed, onSlope ? slope++ : dam++, onSlope);
      const codes = [derive.east, derive.north, derive.up, ...(derive.status === undefined ? [] : [derive.status])];
      add(codes, { device, intervalMs: intervalOf(derive.east), read });
    } else if (derive.formula === 'rolling-rain') {
      const { tips } = derive;
      if (channels.has(tips)) add([tips], { device: tips, intervalMs: intervalOf(tips), read: gauge(derive) });
    }
    if (battery !== undefined && !given.has(battery)) {
      const weak = chance(seed, 40, found.length) * 0.3;
      add([battery], {
        device,
        intervalMs: intervalOf(battery),
        read: (world, n) => ({ [battery]: rounded(world.batteryVolt - weak + 0.01 * tremble(seed, 41, n), 100) }),
      });
    }
  }
  const weir = site.channels?.find(
    ({ code, quantity, unit }) => quantity === 'level' && unit === 'mm' && !given.has(code),
  );
  if (weir !== undefined)
    add([weir.code], {
      device: weir.code,
      intervalMs: intervalOf(weir.code),
      read: (world, n) => ({ [weir.code]: rounded(world.weirMillimetres + NOISE.weir * tremble(seed, 50, n), 10) }),
    });
  return found;
}

function newest<C>(calibrations: readonly C[]): C {
  const last = calibrations.at(-1);
  if (last === undefined) throw new TypeError('a derivation has no calibration');
  return last;
}
const rounded = (value: number, parts: number): number => Math.round(value * parts) / parts;

/** Standard deviation of a level gauge, m; a wire, Hz; a thermistor, °C; a barometer, kPa; a beach that is seen, m; a weir, mm. */
const NOISE = { level: 0.0015, wire: 0.02, thermistor: 0.03, air: 0.005, beach: 0.4, weir: 0.3 };
/** Slope of the beach where somebody looks at it. */
const BEACH_SLOPE = 0.0105;

const airReading = (world: World, seed: number, reading: number): number =>
  rounded(world.airKilopascal + NOISE.air * tremble(seed, 30, reading), 1000);

/** A sensor whose instrument gives at once what is judged; undefined for what the demo pond has not. */
function direct({ code, item }: Sensor, seed: number, nth: number): Instrument['read'] | undefined {
  const level = (metres: number | undefined, what: number, reading: number) =>
    metres === undefined ? {} : { [code]: rounded(metres + NOISE.level * tremble(seed, 3, what, reading), 1000) };
  switch (item) {
    case 'pond-level':
      return (world, reading) => level(world.pondLevel, 0, reading);
    case 'phreatic-level':
      return (world, reading) => level(world.damLevels[nth], nth + 1, reading);
    case 'beach-length':
      return (world, reading) => ({
        [code]: rounded(
          (DEMO_POND.beachCrest - world.pondLevel) / BEACH_SLOPE + NOISE.beach * tremble(seed, 51, reading),
          100,
        ),
      });
    case 'rainfall':
      return ({ rain, rainBefore }) => ({ [code]: rounded(rain - rainBefore, 100) });
    case 'air-pressure':
      return (world, reading) => ({ [code]: airReading(world, seed, reading) });
    default:
      return undefined;
  }
}

function wire(derive: Formula<'vibrating-wire'>, unit: string, seed: number, nth: number): Instrument['read'] {
  const constants = newest(derive.calibrations);
  const thermistor = constants.temperature?.thermistor;
  return ({ damLevels, groundCelsius, airKilopascal }, reading) => {
    const level = damLevels[nth];
    if (level === undefined) return {};
    const around = { level, celsius: groundCelsius, airKilopascal };
    const hertz = wireReading(derive, constants, unit, around) + NOISE.wire * tremble(seed, 10, nth, reading);
    const celsius = groundCelsius + NOISE.thermistor * tremble(seed, 11, nth, reading);
    return {
      [derive.reading]: rounded(hertz, 100),
      ...(derive.temperature !== undefined && {
        [derive.temperature]:
          thermistor === undefined ? rounded(celsius, 10) : rounded(thermistorOhms(celsius, thermistor), 1),
      }),
    };
  };
}

/** How a point of the dam lives with the pond: metres outwards and down a metre of head, and the settling of a year. */
const DAM = { outward: 0.004, down: 0.003, settlingAYear: 0.03 };
const YEAR: DurationMs = 365 * 24 * HOUR;
/** Share of the slope's creep at each of its points, from the head down. */
const SHARES = [1, 0.85, 0.65];

function receiver(derive: Formula<'displacement'>, seed: number, nth: number, onSlope: boolean): Instrument['read'] {
  const { east, north, up, slopeAzimuthDegrees = 0, slopeDipDegrees = 0 } = newest(derive.calibrations);
  const moveOf = ({ at, headMetres, creepMillimetres }: World): Enu =>
    onSlope
      ? downslopeMove(((SHARES[nth] ?? 0) * creepMillimetres) / 1000, slopeAzimuthDegrees, slopeDipDegrees)
      : { east: 0, north: -DAM.outward * headMetres, up: -DAM.down * headMetres - DAM.settlingAYear * (at / YEAR) };
  return (world, reading) => {
    const move = moveOf(world);
    const truth = { east: east + move.east, north: north + move.north, up: up + move.up };
    const solved = solution(seed, onSlope ? 100 + nth : nth, reading, world.at, truth);
    return {
      [derive.east]: rounded(solved.east, 10_000),
      [derive.north]: rounded(solved.north, 10_000),
      [derive.up]: rounded(solved.up, 10_000),
      ...(derive.status !== undefined && { [derive.status]: solved.status }),
    };
  };
}

/** Where a counter that wraps stands at the beginning: near its end, so that it wraps in the first storm. */
const TIPS_BEFORE_WRAP = 300;

function gauge({ tips, calibrations }: Formula<'rolling-rain'>): Instrument['read'] {
  const { tipMillimetres, counts, wrapsAt } = newest(calibrations);
  const count = (millimetres: number): number => Math.floor(millimetres / tipMillimetres);
  if (counts === 'interval') return ({ rain, rainBefore }) => ({ [tips]: count(rain) - count(rainBefore) });
  const begin = wrapsAt === undefined ? 0 : wrapsAt - TIPS_BEFORE_WRAP;
  return ({ rain }) => ({ [tips]: (begin + count(rain)) % (wrapsAt ?? Infinity) });
}

import { entry, list } from './written.ts';
import type { Entry, SiteFault, Written } from './written.ts';

/** Keys under which each formula names what it takes. */
const INPUT_KEYS: Readonly<Record<string, readonly string[]>> = {
  'vibrating-wire': ['reading', 'temperature', 'barometer'],
  linear: ['value'],
  'phreatic-depth': ['level'],
  'beach-length': ['level'],
  freeboard: ['level'],
  'rolling-rain': ['tips'],
  rate: ['value'],
  displacement: ['east', 'north', 'up', 'status'],
};

/** What does not fit together in derived sensors: inputs that are not there, circles, constants that contradict. */
export function derivationFaults(channels: readonly Entry[], sensors: readonly Entry[]): SiteFault[] {
  const byCode = new Map([...channels, ...sensors].map((each) => [each['code'], each]));
  return sensors.flatMap((sensor, i): SiteFault[] => {
    if (sensor['derive'] === undefined) return [];
    const derive = entry(sensor['derive']);
    const faults = [...inputFaults(sensor, derive, byCode), ...calibrationFaults(derive)];
    return [
      ...unitFaults(sensor, derive).map(({ path, message }) => ({ path: ['sensors', i, ...path], message })),
      ...faults.map(({ path, message }) => ({ path: ['sensors', i, 'derive', ...path], message })),
    ];
  });
}

function unitFaults({ unit }: Entry, derive: Entry): SiteFault[] {
  const formula = String(derive['formula']);
  const units = RESULT_UNITS[formula === 'rate' ? `rate per ${String(derive['per'])}` : formula];
  if (units === undefined || typeof unit !== 'string' || units.includes(unit)) return [];
  return [{ path: ['unit'], message: `the formula gives ${units.join(' or ')}` }];
}

/** What a formula gives; those that are not here give what their constants make of it. */
const RESULT_UNITS: Readonly<Record<string, readonly string[]>> = {
  'vibrating-wire': ['m'],
  'phreatic-depth': ['m'],
  'beach-length': ['m'],
  freeboard: ['m'],
  'rolling-rain': ['mm'],
  'rate per hour': ['m/h', 'mm/h'],
  'rate per day': ['m/d', 'mm/d'],
  displacement: ['m', 'mm'],
};

const inputsOf = (derive: Entry): [path: string[], code: unknown][] => [
  ...(INPUT_KEYS[String(derive['formula'])] ?? []).map((key): [string[], unknown] => [[key], derive[key]]),
  [['battery', 'channel'], entry(derive['battery'])['channel']],
];

/** Codes of what a derived sensor is made of; none where nothing is derived. */
export const inputCodes = (derive: Written): string[] =>
  inputsOf(entry(derive)).flatMap(([, code]) => (typeof code === 'string' ? [code] : []));

function inputFaults(sensor: Entry, derive: Entry, byCode: ReadonlyMap<unknown, Entry>): SiteFault[] {
  return inputsOf(derive).flatMap(([path, code]): SiteFault[] => {
    if (typeof code !== 'string') return [];
    const input = byCode.get(code);
    if (input === undefined) return [{ path, message: `no channel or sensor has the code "${code}"` }];
    if (reaches(input, sensor, byCode)) return [{ path, message: 'goes in a circle back to this sensor' }];
    const key = path.join('.');
    const units = UNITS_OF[`${String(derive['formula'])}.${key}`] ?? UNITS_OF[key];
    const unit = input['unit'];
    if (units === undefined || typeof unit !== 'string' || units.includes(unit)) return [];
    return [{ path, message: `"${code}" is in ${unit}; must be in ${units.join(' or ')}` }];
  });
}

const UNITS_OF: Readonly<Record<string, readonly string[]>> = {
  'vibrating-wire.reading': ['Hz', 'digit'],
  'vibrating-wire.temperature': ['ohm', '°C'],
  'vibrating-wire.barometer': ['kPa'],
  'phreatic-depth.level': ['m'],
  'beach-length.level': ['m'],
  'freeboard.level': ['m'],
  'rolling-rain.tips': ['tip', 'count', 'mm'],
  'displacement.east': ['m'],
  'displacement.north': ['m'],
  'displacement.up': ['m'],
  'displacement.status': ['count'],
  'battery.channel': ['V'],
};

function reaches(from: Entry, target: Entry, byCode: ReadonlyMap<unknown, Entry>, passed = new Set<Entry>()): boolean {
  if (from === target) return true;
  if (passed.has(from)) return false;
  passed.add(from);
  return inputsOf(entry(from['derive'])).some(([, code]) => {
    const next = byCode.get(code);
    return next !== undefined && reaches(next, target, byCode, passed);
  });
}

function calibrationFaults(derive: Entry): SiteFault[] {
  let before = '';
  return list(derive['calibrations']).flatMap((calibration, i): SiteFault[] => {
    const faults: SiteFault[] = [];
    const fault = (key: string, message: string) => faults.push({ path: ['calibrations', i, key], message });
    const { from } = calibration;
    if (typeof from === 'string') {
      if (from <= before) fault('from', `must be after ${before}: oldest first`);
      before = from;
    }
    if (derive['formula'] === 'vibrating-wire') {
      if ((calibration['linear'] === undefined) === (calibration['polynomial'] === undefined))
        fault('calibratedIn', 'needs either linear or polynomial constants');
      if (derive['temperature'] !== undefined && calibration['temperature'] === undefined)
        fault('temperature', 'is missing: the sensor names a channel of temperature');
      if (derive['barometer'] !== undefined && calibration['barometerZero'] === undefined)
        fault('barometerZero', 'is missing: the sensor names a barometer');
    }
    if (derive['component'] === 'downslope')
      for (const key of ['slopeAzimuthDegrees', 'slopeDipDegrees'])
        if (calibration[key] === undefined) fault(key, 'is missing: the component is downslope');
    return faults;
  });
}

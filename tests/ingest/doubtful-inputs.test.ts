import { describe, expect, it } from 'vitest';
import { MINUTE, instant } from '../../src/core/time.ts';
import { DEPTH, LEVEL, PRESSURE, derivationBench, derivationOf } from './derivation-bench.ts';
import type { Measured } from './derivation-bench.ts';
import { NOON } from './sample-of.ts';

const levelBench = (level: object) =>
  derivationBench([derivationOf('level', level), derivationOf('pressure', PRESSURE)]);
const frequency = (minute: number): Measured => ({ sensor: 'frequency', minute, value: 1100 });
const temperature = (minute: number, value = 20): Measured => ({ sensor: 'temperature', minute, value });
const air = (minute: number): Measured => ({ sensor: 'air', minute, value: 100 });

describe('a thermistor that cannot be true', () => {
  const [constants] = LEVEL.calibrations;
  const plausible = { ...constants, temperature: { factor: 0.5, zero: 20, plausible: { min: -30, max: 60 } } };
  const record = (celsius: number) => {
    const { take, told } = levelBench({ ...LEVEL, calibrations: [plausible] });
    take([air(-60), frequency(-60), temperature(-60, celsius)]);
    return told('level');
  };
  it.each([
    [60, '-60 120 v1'],
    [60.1, '-60 100 v1 thermistor-out-of-range'],
    [-30, '-60 75 v1'],
    [-273, '-60 100 v1 thermistor-out-of-range'],
  ])('corrects nothing: at %d °C', (celsius, expected) => {
    expect(record(celsius)).toEqual([expected]);
  });
});

describe('a battery', () => {
  const battery = { channel: 'battery', lowBelow: 11.2, maxAgeSeconds: 900 };
  const volts = (minute: number, value: number): Measured => ({ sensor: 'battery', minute, value });
  const told = (...batch: Measured[]) => {
    const { take, tick, told: all } = derivationBench([derivationOf('pressure', { ...PRESSURE, battery })]);
    take(batch);
    tick(30);
    return all('pressure');
  };
  it.each([
    ['that is low makes what was measured on it doubtful', [volts(-61, 11.1), air(-60)], '-60 100 v1 battery-low'],
    ['at its limit is enough', [volts(-61, 11.2), air(-60)], '-60 100 v1'],
    ['whose voltage is old says nothing', [volts(-76, 3), air(-60)], '-60 100 v1'],
    ['that never reports says nothing', [air(-60)], '-60 100 v1'],
  ])('%s', (_name, batch, expected) => {
    expect(told(...batch)).toEqual([expected]);
  });
});

describe('what no instrument of its range can have measured', () => {
  const ERROR = 2e9;

  it('is paired with nothing else: the air pressure before it is, while that is fresh enough', () => {
    const { take, tick, told } = levelBench(LEVEL);
    take([air(-60), { sensor: 'air', minute: -45, value: ERROR }]);
    for (const minute of [-50, -45, -40, -25]) take([frequency(minute), temperature(minute)]);
    tick(30);
    expect(told('level')).toEqual(['-50 100 v1', '-45 100 v1', '-40 100 v1', '-25 none v1 no-barometer']);
  });

  it('makes no rate: a rise goes on being seen, and none is invented', () => {
    const calibrations = [{ from: '2026-01-01', source: 'test', factor: 1 }];
    const rate = { formula: 'rate', value: 'air', windowSeconds: 3600, per: 'hour', calibrations };
    const { take, told } = derivationBench([derivationOf('pressure', rate)]);
    for (const minute of [-120, -105, -90, -75, -60, -45, -30])
      take([{ sensor: 'air', minute, value: minute === -75 ? ERROR : 100 + minute / 60 }]);
    expect(told('pressure').slice(3)).toEqual([
      '-75 1 v1 window-short input-doubtful',
      '-60 1 v1',
      '-45 1 v1',
      '-30 1 v1',
    ]);
  });
});

describe('a GNSS solution', () => {
  const MOVED = {
    formula: 'displacement',
    east: 'east',
    north: 'north',
    up: 'up',
    status: 'solution',
    component: 'horizontal',
    calibrations: [{ from: '2026-01-01', source: 'test', east: 0, north: 0, up: 0 }],
  };
  const position: Measured[] = [
    { sensor: 'east', minute: -60, value: 0.003 },
    { sensor: 'north', minute: -60, value: 0.004 },
    { sensor: 'up', minute: -60, value: 0 },
  ];
  it.each([
    ['is believed when it is fixed', [4], [], '-60 5 v1'],
    ['is not when it floats', [5], [], '-60 5 v1 not-fixed'],
    ['is not when it does not say', [], [], '-60 5 v1 input-missing'],
    ['of another kind of receiver is believed by its own number', [50], [50], '-60 5 v1'],
  ])('%s', (_name, status, fixed, expected) => {
    const derive = fixed.length > 0 ? { ...MOVED, fixed } : MOVED;
    const { take, tick, told } = derivationBench([derivationOf('moved', derive)]);
    take([...position, ...status.map((value) => ({ sensor: 'solution', minute: -60, value }))]);
    tick(30);
    expect(told('moved')).toEqual([expected]);
  });
});

describe('rain of a counter with a value that is doubted', () => {
  const derive = { formula: 'rolling-rain', tips: 'tips', windowSeconds: 3600 };
  const constants = { from: '2026-01-01', source: 'test', tipMillimetres: 1, counts: 'total' };
  const rain = derivationOf('rain', { ...derive, calibrations: [constants] });
  const millimetres = (...counter: readonly (readonly [number, ('doubtful' | 'afterWork')?])[]) => {
    const at = (i: number) => instant(NOON + (i + 1 - counter.length) * 15 * MINUTE);
    const window = counter
      .map(([value, what]) => ({ value, ...(what && { [what]: true }) }))
      .map((point, i) => ({ ...point, at: at(i) }));
    return rain.calibrations[0]?.compute({ at: NOON, value: 0, inputs: new Map(), window }).value;
  };

  it.each([
    ['a spike is none, once a good value follows', [[100], [9000, 'doubtful'], [101], [102]], 2],
    ['a cloudburst that lasts is all of it', [[100], [200, 'doubtful'], [201], [202]], 102],
    ['the newest counts though it is doubted', [[100], [101], [102], [9000, 'doubtful']], 8900],
  ] as const)('%s', (_name, counter, expected) => {
    expect(millimetres(...counter)).toBe(expected);
  });
});

describe('while somebody works on a point', () => {
  const work = [{ from: instant(NOON - 70 * MINUTE), until: instant(NOON - 50 * MINUTE) }];
  const records = (...minutes: number[]) =>
    minutes.flatMap((minute) => [air(minute), frequency(minute), temperature(minute)]);
  const all = [derivationOf('depth', DEPTH), derivationOf('level', LEVEL), derivationOf('pressure', PRESSURE)];

  it('what is derived of its channel is marked too, however far', () => {
    const { take, told } = derivationBench(all, { frequency: work });
    take(records(-75, -60, -45));
    expect(told('pressure')).toEqual(['-75 100 v1', '-60 100 v1', '-45 100 v1']);
    expect(told('level')).toEqual(['-75 100 v1', '-60 100 v1 maintenance', '-45 100 v1']);
    expect(told('depth')).toEqual(['-75 400 v1', '-60 400 v1 maintenance', '-45 400 v1']);
  });

  it('a derived point is marked though its channels are not', () => {
    const { take, told } = derivationBench(all, { level: work });
    take(records(-60, -45));
    expect(told('level')).toEqual(['-60 100 v1 maintenance', '-45 100 v1']);
    expect(told('depth')).toEqual(['-60 400 v1 maintenance', '-45 400 v1']);
  });

  const voltage = { channel: 'battery', lowBelow: 11.2, maxAgeSeconds: 24 * 3600 };
  it.each<[string, Measured[], string[]]>([
    ['a voltage from before it', [{ sensor: 'battery', minute: -80, value: 11 }], ['-45 100 v1 battery-low']],
    ['no voltage', [], ['-45 100 v1']],
  ])('a voltage measured then counts until the work is over, and then %s', (_name, before, after) => {
    const derived = derivationOf('pressure', { ...PRESSURE, battery: voltage });
    const { take, tick, told: made } = derivationBench([derived], { battery: work });
    take([...before, { sensor: 'battery', minute: -60, value: 12 }, air(-55)]);
    tick(30);
    take([air(-45)]);
    tick(30);
    expect(made('pressure')).toEqual(['-55 100 v1 maintenance', ...after]);
  });

  it('a gauge that was set anew has no rate over the work: it begins again after it', () => {
    const calibrations = [{ from: '2026-01-01', source: 'test', factor: 1 }];
    const rate = { formula: 'rate', value: 'air', windowSeconds: 3600, per: 'hour', calibrations };
    const { take, told: made } = derivationBench([derivationOf('pressure', rate)], { air: work });
    for (const minute of [-120, -105, -90, -75, -60, -45, -30, -15, 0])
      take([{ sensor: 'air', minute, value: minute < -50 ? 100 : 50 + minute / 60 }]);
    expect(made('pressure').slice(5)).toEqual([
      '-45 none v1 window-short input-doubtful',
      '-30 none v1 window-short input-doubtful',
      '-15 1 v1 window-short input-doubtful',
      '0 1 v1 window-short input-doubtful',
    ]);
  });

  const rainOf = (counts: string) =>
    derivationOf('rain', {
      formula: 'rolling-rain',
      tips: 'tips',
      windowSeconds: 1800,
      calibrations: [{ from: '2026-01-01', source: 'test', tipMillimetres: 0.2, counts }],
    });
  const told = (counts: string, on: 'tips' | 'rain', values: readonly number[]) => {
    const { take, tick, told: all } = derivationBench([rainOf(counts)], { [on]: work });
    tick(3600);
    take(values.map((value, i) => ({ sensor: 'tips', minute: i * 15 - 105, value })));
    return all('rain').slice(2);
  };
  const INTERVALS = [1, 1, 1, 500, 1, 1, 1, 1, 1, 1];
  const TOTALS = [1, 2, 3, 503, 504, 505, 506, 507, 508, 509];
  it.each<[string, readonly number[], string[]]>([
    ['interval', INTERVALS, ['0.2 v1 window-short', '0.2 v1 window-short', '0.4 v1', '0.4 v1', '0.4 v1', '0.4 v1']],
    ['total', TOTALS, ['0.2 v1', '0 v1 window-short', '0.2 v1 window-short', '0.4 v1', '0.4 v1', '0.4 v1']],
  ])(
    'tips that were tried (%s) do not count as rain, and their hole is doubted until it has passed',
    (counts, values, made) => {
      const minutes = [-60, -45, -30, -15, 0, 15];
      const around = made.map(
        (each, i) => `${String(minutes[i])} ${each} input-doubtful${i === 0 ? ' maintenance' : ''}`,
      );
      expect(told(counts, 'tips', values)).toEqual(['-75 0.4 v1', ...around, '30 0.4 v1']);
    },
  );

  it('nor where only the sensor that is derived from them was in work', () => {
    expect(told('total', 'rain', TOTALS)).toEqual(told('total', 'tips', TOTALS));
  });
});

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { instant } from '../../src/core/time.ts';
import { DEPTH, LEVEL, PRESSURE, derivationBench, derivationOf } from './derivation-bench.ts';
import type { Measured } from './derivation-bench.ts';

/** Not in the order in which one is made of the other. */
const bench = (level: object = LEVEL) =>
  derivationBench([derivationOf('depth', DEPTH), derivationOf('level', level), derivationOf('pressure', PRESSURE)]);
const frequency = (minute: number, value = 1100): Measured => ({ sensor: 'frequency', minute, value });
const temperature = (minute: number, value = 20): Measured => ({ sensor: 'temperature', minute, value });
const air = (minute: number, value = 100): Measured => ({ sensor: 'air', minute, value });

describe('a record of a piezometer', () => {
  it('becomes a level and a depth as soon as everything is there', () => {
    const { take, told } = bench();
    take([air(-62, 101), frequency(-60, 1100), temperature(-60, 22)]);
    expect(told('level')).toEqual(['-60 100 v1']);
    expect(told('depth')).toEqual(['-60 400 v1']);
  });

  it('waits for what may still come, and not for what has gone by', () => {
    const { take, told } = bench();
    take([air(-62), frequency(-60)]);
    expect(told('level')).toEqual([]);
    take([temperature(-60, 22)]);
    expect(told('level')).toEqual(['-60 101 v1']);
    take([frequency(-55), temperature(-50)]);
    expect(told('level')).toEqual(['-60 101 v1', '-55 100 v1 no-temperature']);
  });

  it('waits for an air pressure that is due', () => {
    const { take, told } = bench();
    take([air(-62, 101), frequency(-47), temperature(-47)]);
    expect(told('level')).toEqual([]);
    take([air(-47, 102)]);
    expect(told('level')).toEqual(['-47 98 v1']);
  });

  it('R21 without air pressure has no number, and says why', () => {
    const { take, tick, told } = bench();
    take([air(-100), frequency(-60), temperature(-60)]);
    tick(29);
    expect(told('level')).toEqual([]);
    tick(1);
    expect(told('level')).toEqual(['-60 none v1 no-barometer']);
    expect(told('depth')).toEqual(['-60 none v1 input-missing input-doubtful']);
  });

  it('of a quick sensor waits for two of its intervals only, or it would seem to fall silent', () => {
    const { take, tick, told } = derivationBench([derivationOf('quick', LEVEL), derivationOf('pressure', PRESSURE)]);
    take([air(-60, 101), frequency(-60)]);
    tick(19);
    expect(told('quick')).toEqual([]);
    tick(1);
    expect(told('quick')).toEqual(['-60 99 v1 no-temperature']);
  });

  it('without its thermistor is computed uncorrected, and says so', () => {
    const { take, tick, told } = bench();
    take([air(-60, 101), frequency(-60)]);
    tick(30);
    expect(told('level')).toEqual(['-60 99 v1 no-temperature']);
  });

  it('carries the doubt of an input on', () => {
    const { take, told } = bench();
    take([air(-60), frequency(-60, 2e9), temperature(-60)]);
    expect(told('level')[0]).toContain('input-doubtful');
    expect(told('depth')[0]).toContain('input-doubtful');
  });

  it('that comes late is derived, and late', () => {
    const { take, tick, told } = bench();
    take([air(-60), frequency(-50), temperature(-50), air(-45)]);
    take([frequency(-55, 1105)]);
    take([temperature(-55)]);
    tick(30);
    expect(told('level')).toEqual(['-55 105 v1 late', '-50 100 v1']);
  });

  it('that comes late takes the newest air pressure of all that is stored, not of what has just come', () => {
    const { take, tick, told } = bench();
    take([air(-56, 101), frequency(-50), temperature(-50), air(-41)]);
    take([frequency(-55, 1105)]);
    take([temperature(-55), air(-66, 190)]);
    tick(30);
    expect(told('level')).toEqual(['-55 104 v1 late', '-50 99 v1']);
  });

  it('of a clock that is ahead is derived by its arrival, and doubtful', () => {
    const { take, tick, told } = bench();
    take([air(-5, 101), frequency(90, 1105), temperature(90)]);
    tick(30);
    expect(told('level')).toEqual(['90 104 v1 input-doubtful clock-ahead']);
  });
});

describe('a formula that throws', () => {
  const throwing = {
    ...derivationOf('depth', DEPTH),
    calibrations: [
      {
        from: instant(0),
        compute: () => {
          throw new RangeError('no such section');
        },
      },
    ],
  };
  const withThrowing = () =>
    derivationBench([throwing, derivationOf('level', LEVEL), derivationOf('pressure', PRESSURE)]);

  it('gives a doubtful reading without number, and what else came in its batch is derived', () => {
    const { take, told } = withThrowing();
    take([air(-62, 101), frequency(-60), temperature(-60)]);
    expect(told('depth')).toEqual(['-60 none v1 not-computable']);
    expect(told('level')).toEqual(['-60 99 v1']);
  });

  it('does not stop what the passing of time derives', () => {
    const { take, tick, told } = withThrowing();
    take([air(-60, 101), frequency(-60)]);
    tick(30);
    expect(told('depth')).toEqual(['-60 none v1 not-computable input-doubtful']);
    expect(told('level')).toEqual(['-60 99 v1 no-temperature']);
  });
});

test('a calibration holds from its day on, and its number is the version', () => {
  const [first] = LEVEL.calibrations;
  const dated = [first, { ...first, from: '2026-07-01', elevation: 7 }];
  const { take, told } = bench({ ...LEVEL, calibrations: dated });
  const midnight = -12 * 60;
  for (const minute of [midnight - 1, midnight]) take([air(minute), frequency(minute), temperature(minute)]);
  expect(told('level')).toEqual(['-721 100 v1', '-720 107 v2']);
});

describe('rolling rain of a counter', () => {
  const rain = (over: object) =>
    derivationOf('rain', {
      formula: 'rolling-rain',
      tips: 'tips',
      windowSeconds: 3600,
      calibrations: [{ from: '2026-01-01', source: 'test', tipMillimetres: 0.2, counts: 'total', ...over }],
    });
  const counter = (...values: number[]) =>
    values.map((value, i): Measured => ({ sensor: 'tips', minute: i * 15 - 300, value }));

  it('is short until the window is full, goes through a wrap, and says when it was reset', () => {
    const { take, told } = derivationBench([rain({ wrapsAt: 100 })]);
    for (const each of counter(90, 95, 95, 99, 4, 9, 2)) take([each]);
    expect(told('rain')).toEqual([
      '-300 0 v1 window-short',
      '-285 1 v1 window-short',
      '-270 1 v1 window-short',
      '-255 1.8 v1 window-short',
      '-240 2.8 v1',
      '-225 2.8 v1',
      '-210 3.2 v1 counter-reset',
    ]);
  });

  it('is the same in one batch, split, or with a restart after each', () => {
    const trace = counter(90, 95, 95, 99, 4, 9, 2, 2, 2, 40);
    const whole = derivationBench([rain({})]);
    whole.take(trace);
    const broken = derivationBench([rain({})]);
    for (const each of trace) {
      broken.take([each, each]);
      broken.restart();
    }
    expect(broken.told('rain')).toEqual(whole.told('rain'));
  });
});

describe('R2 what is derived does not depend on how its inputs came', () => {
  /** Of each five minutes: whether frequency, temperature and (every third) air pressure came. */
  const record = fc.record({ f: fc.boolean(), t: fc.boolean(), a: fc.boolean(), tips: fc.nat(9) });
  const trace = fc.array(record, { minLength: 1, maxLength: 40 });
  /** Which channel speaks next, after how many the batch ends, what comes twice, when the process dies. */
  const step = fc.record({ channel: fc.nat(2), cut: fc.boolean(), twice: fc.boolean(), dies: fc.nat(5) });

  it('nor on batches, repetitions and restarts, and is what the formula says', () => {
    fc.assert(
      fc.property(trace, fc.array(step, { minLength: 1, maxLength: 30 }), (records, steps) => {
        const channels = channelsOf(records);
        const { take, restart, tick, told } = bench();
        const next = [0, 0, 0];
        let batch: Measured[] = [];
        for (let i = 0; channels.some((own, k) => (next[k] ?? 0) < own.length); i += 1) {
          const { channel, cut, twice, dies } = steps[i % steps.length] ?? {
            channel: 0,
            cut: true,
            twice: false,
            dies: 1,
          };
          const k = [channel, 0, 1, 2].find((j) => (next[j] ?? 0) < (channels[j]?.length ?? 0)) ?? 0;
          const each = channels[k]?.[next[k] ?? 0];
          next[k] = (next[k] ?? 0) + 1;
          if (each !== undefined) batch.push(each, ...(twice ? [each] : []));
          if (!cut) continue;
          take(batch);
          batch = [];
          if (dies === 0) restart();
        }
        take(batch);
        tick(30);
        expect(told('level')).toEqual(expected(records));
      }),
      { numRuns: 500 },
    );
  });
});

interface RecordOfFive {
  readonly f: boolean;
  readonly t: boolean;
  readonly a: boolean;
  readonly tips: number;
}

const minuteOf = (i: number): number => i * 5 - 300;

function channelsOf(records: readonly RecordOfFive[]): Measured[][] {
  const pick = (code: 'f' | 't' | 'a', sensor: string, base: number) =>
    records.flatMap((each, i): Measured[] =>
      each[code] && (code !== 'a' || i % 3 === 0) ? [{ sensor, minute: minuteOf(i), value: base + each.tips }] : [],
    );
  return [pick('f', 'frequency', 1100), pick('t', 'temperature', 20), pick('a', 'air', 100)];
}

/** By definition, over all that ever came. */
function expected(records: readonly RecordOfFive[]): string[] {
  return records.flatMap((each, i) => {
    if (!each.f) return [];
    const within = records.slice(Math.max(0, i - 6), i + 1);
    const pressure = within.findLast((other, k) => other.a && (Math.max(0, i - 6) + k) % 3 === 0);
    const flags = [...(each.t ? [] : ['no-temperature']), ...(pressure === undefined ? ['no-barometer'] : [])];
    const value = 100 + each.tips + (each.t ? 0.5 * each.tips : 0) - (pressure?.tips ?? 0);
    return [[minuteOf(i), pressure === undefined ? 'none' : value, 'v1', ...flags].join(' ')];
  });
}

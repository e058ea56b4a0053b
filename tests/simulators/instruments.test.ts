import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formulaOf } from '../../ingest/formula.ts';
import { DEMO_CREEP, creepMillimetres, creepVelocity } from '../../simulators/instruments/creep.ts';
import { instrumentsOf } from '../../simulators/instruments/instruments.ts';
import { dryPond, DEMO_POND } from '../../simulators/instruments/pond.ts';
import { SCENARIOS } from '../../simulators/instruments/scenarios.ts';
import { thermistorOhms, wireReading } from '../../simulators/instruments/vibrating-wire.ts';
import { airKilopascal, groundCelsius } from '../../simulators/instruments/weather.ts';
import { worldAt } from '../../simulators/instruments/world.ts';
import { thermistorCelsius } from '../../ingest/derive/thermistor.ts';
import type { DeriveConfig } from '../../src/contract/derive-config.ts';
import { SiteConfig } from '../../src/contract/site-config.ts';
import { DAY, HOUR, MINUTE, instant } from '../../src/core/time.ts';

const site = async (name: string) =>
  SiteConfig.parse(parse(await readFile(new URL(`../../config/sites/${name}.yaml`, import.meta.url), 'utf8')));
const demo = await site('demo-pond');
const bluff = await site('mukilteo-bluff');
const GEOKON = { a: 1.4051e-3, b: 2.369e-4, c: 1.019e-7 };

type VibratingWire = Extract<DeriveConfig, { formula: 'vibrating-wire' }>;
const wires = [...demo.sensors, ...bluff.sensors].flatMap(({ code, derive }) =>
  derive?.formula === 'vibrating-wire' ? [[code, derive] as const] : [],
);

/** The level that the service makes of a reading. */
function levelOf(derive: VibratingWire, unit: string, value: number, celsius: number, air: number): number | null {
  const { calibrations } = formulaOf(derive, () => ({ intervalMs: MINUTE, unit }));
  const thermistor = derive.calibrations.at(-1)?.temperature?.thermistor;
  const temperature = thermistor === undefined ? celsius : thermistorOhms(celsius, thermistor);
  const inputs = new Map([
    ['temperature', temperature],
    ['barometer', air],
  ]);
  return calibrations.at(-1)?.compute({ at: instant(0), value, inputs, window: [] }).value ?? null;
}

describe('a vibrating wire is its calibration turned round', () => {
  it.each(wires)('%s: the service finds the water again, in any weather', (_code, derive) => {
    const constants = derive.calibrations.at(-1);
    if (constants === undefined) throw new Error('no calibration');
    const weather = {
      celsius: fc.double({ min: 2, max: 35, noNaN: true }),
      air: fc.double({ min: 92, max: 104, noNaN: true }),
    };
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 20, noNaN: true }), weather.celsius, weather.air, (head, celsius, air) => {
        const level = constants.elevation + head;
        for (const unit of ['Hz', 'digit']) {
          const reading = wireReading(derive, constants, unit, { level, celsius, airKilopascal: air });
          expect(levelOf(derive, unit, reading, celsius, air)).toBeCloseTo(level, 6);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('a thermistor is Steinhart–Hart turned round', () => {
    for (const celsius of [-20, 0, 15, 25, 60])
      expect(thermistorCelsius(thermistorOhms(celsius, GEOKON), GEOKON)).toBeCloseTo(celsius, 9);
    expect(thermistorOhms(25, GEOKON)).toBeCloseTo(3000, -1);
  });
});

describe('the instruments of the demo', () => {
  it('drift with day and weather, and the service takes that out again to the noise of the wire', () => {
    const scenario = SCENARIOS.quiet;
    const own = demo.sensors.find(({ code }) => code === 'piezo-1-1-level');
    const read = instrumentsOf(demo, 5).find(
      ({ device, read }) =>
        device === 'section-1' && 'piezo-1-1-frequency' in read(worldAt(scenario, 5, dryPond(DEMO_POND), 0), 0),
    )?.read;
    if (own?.derive?.formula !== 'vibrating-wire' || read === undefined) throw new Error('no such instrument');
    const raw: number[] = [];
    const errors: number[] = [];
    for (let at = 0; at < DAY; at += 10 * MINUTE) {
      const world = worldAt(scenario, 5, dryPond(DEMO_POND), at);
      const values = read(world, at / MINUTE);
      const frequency = values['piezo-1-1-frequency'] ?? NaN;
      raw.push(frequency);
      const air = airKilopascal(scenario.weather, 5, at);
      errors.push(Math.abs((levelOf(own.derive, 'Hz', frequency, groundCelsius(at), air) ?? NaN) - 326.8));
    }
    expect(Math.max(...raw) - Math.min(...raw)).toBeGreaterThan(0.5);
    expect(Math.max(...errors)).toBeLessThan(0.01);
  });

  it('give every channel and every sensor that nobody derives, and nothing else', () => {
    const world = worldAt(SCENARIOS.typhoon, 1, dryPond(DEMO_POND), HOUR);
    const given = instrumentsOf(demo, 1).flatMap(({ read }) => Object.keys(read(world, 1)));
    const wanted = [
      ...(demo.channels ?? []).map(({ code }) => code),
      ...demo.sensors.filter(({ derive }) => derive === undefined).map(({ code }) => code),
    ];
    expect(given.toSorted()).toEqual(wanted.toSorted());
  });
});

describe('a slope creeps in three stages', () => {
  const velocity = (hours: number) => creepVelocity(DEMO_CREEP, hours * HOUR);

  it('slower and slower, then steadily, then faster and faster to failure', () => {
    expect(velocity(1)).toBe(0);
    expect([2, 3, 4].map((hours) => velocity(hours) > velocity(hours + 1))).toEqual([true, true, true]);
    expect(velocity(7)).toBeCloseTo(velocity(7.9), 1);
    expect([10, 15, 20, 23].map((hours) => velocity(hours) < velocity(hours + 0.5))).toEqual(Array(4).fill(true));
    expect(velocity(24)).toBe(0);
  });

  it('the inverse of the last velocity falls in a straight line to nothing at failure (Fukuzono)', () => {
    const [one, two, three] = [1 / velocity(12), 1 / velocity(16), 1 / velocity(20)];
    expect((one ?? 0) - (two ?? 0)).toBeCloseTo((two ?? 0) - (three ?? 0), 9);
    expect(1 / velocity(24 - 1e-6)).toBeCloseTo(0, 6);
  });

  it('what it has moved is the sum of its velocities', () => {
    let sum = 0;
    const step = HOUR / 360;
    for (let at = 0; at < 23.5 * HOUR; at += step) sum += (creepVelocity(DEMO_CREEP, at + step / 2) * step) / HOUR;
    expect(creepMillimetres(DEMO_CREEP, 23.5 * HOUR)).toBeCloseTo(sum, 2);
    expect(creepMillimetres(DEMO_CREEP, 2 * HOUR)).toBe(0);
    expect(Number.isFinite(creepMillimetres(DEMO_CREEP, 40 * HOUR))).toBe(true);
  });
});

import type { Derivation } from '../../ingest/derivation.ts';
import { formulaOf } from '../../ingest/formula.ts';
import type { InputReading } from '../../ingest/input-view.ts';
import { PairingDesk } from '../../ingest/pairing.ts';
import type { Derived } from '../../ingest/pairing.ts';
import type { MaintenanceWindow, Marks, SensorMemory } from '../../ingest/sensor-memory.ts';
import { inJudgingOrder, keyText, takeIn } from '../../ingest/take-in.ts';
import type { Waiting } from '../../ingest/waiting.ts';
import { DeriveConfig } from '../../src/contract/derive-config.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { Sensor } from '../../src/core/sensor.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { NOON, SENSOR, memory } from './sample-of.ts';

/** Something measured: minutes from noon. */
export interface Measured {
  readonly sensor: string;
  readonly minute: number;
  readonly value: number;
}

const WIDE = { min: -1e9, max: 1e9 };
const named = (id: number, code: string, over: Partial<Sensor>): Sensor => ({
  ...SENSOR,
  id,
  code,
  range: WIDE,
  ...over,
});

const SENSORS: Readonly<Record<string, Sensor>> = {
  frequency: named(1, 'frequency', { unit: 'Hz' }),
  temperature: named(2, 'temperature', { unit: '°C' }),
  air: named(3, 'air', { unit: 'kPa', intervalMs: 15 * MINUTE }),
  battery: named(5, 'battery', { unit: 'V' }),
  east: named(6, 'east', {}),
  north: named(7, 'north', {}),
  up: named(8, 'up', {}),
  solution: named(13, 'solution', { unit: 'count' }),
  moved: named(14, 'moved', { unit: 'mm' }),
  tips: named(4, 'tips', { unit: 'tip', intervalMs: 15 * MINUTE }),
  pressure: named(9, 'pressure', { unit: 'kPa', intervalMs: 15 * MINUTE }),
  level: named(10, 'level', {}),
  quick: named(13, 'quick', { intervalMs: MINUTE / 6 }),
  depth: named(11, 'depth', {}),
  rain: named(12, 'rain', {}),
};
const byCode = (code: string): Sensor => {
  const sensor = SENSORS[code];
  if (sensor === undefined) throw new Error(`no sensor ${code}`);
  return sensor;
};

const constants = { from: '2026-01-01', source: 'test' };

export const PRESSURE = { formula: 'linear', value: 'air', calibrations: [{ ...constants, factor: 1, offset: 0 }] };
/** level = f − 1000 + 0.5·(T − 20) − (air − 100), one metre a kilopascal. */
export const LEVEL = {
  formula: 'vibrating-wire',
  reading: 'frequency',
  temperature: 'temperature',
  barometer: 'pressure',
  calibrations: [
    {
      ...constants,
      calibratedIn: 'hertz',
      linear: { factor: 1, zero: 1000 },
      temperature: { factor: 0.5, zero: 20 },
      barometerZero: 100,
      metresPerKilopascal: 1,
      elevation: 0,
    },
  ],
};
export const DEPTH = { formula: 'phreatic-depth', level: 'level', calibrations: [{ ...constants, ground: 500 }] };

/** A derivation as a site would have it. */
export function derivationOf(code: string, derive: unknown): Derivation {
  const { primary, same, nearest, windowMs, calibrations } = formulaOf(DeriveConfig.parse(derive), byCode);
  return {
    sensor: byCode(code),
    primaryId: byCode(primary).id,
    inputs: [
      ...Object.entries(same).map(([role, input]) => {
        return { role, sensorId: byCode(input).id, pairing: { kind: 'same' as const } };
      }),
      ...Object.entries(nearest).map(([role, input]) => {
        const { id, intervalMs } = byCode(input.code);
        return { role, sensorId: id, pairing: { kind: 'nearest' as const, intervalMs, maxAgeMs: input.maxAgeMs } };
      }),
    ],
    windowMs,
    calibrations,
  };
}

/** The derivations of a judge over a database that is a map: what is taken is stored at once. */
export function derivationBench(
  derivations: readonly Derivation[],
  maintenance: Readonly<Record<string, readonly MaintenanceWindow[]>> = {},
) {
  const stored = new Map<number, Map<Instant, Reading>>();
  const memories = new Map<string, SensorMemory>();
  let now = NOON;
  let desk = new PairingDesk({ derivations, newest: new Map(), waiting: new Map() });

  const of = (id: number) => stored.get(id) ?? new Map<Instant, Reading>();
  const memoryOf = (sensor: Sensor): SensorMemory =>
    memories.get(sensor.code) ?? memory({ sensor, maintenance: maintenance[sensor.code] ?? [] });
  const keep = (readings: readonly Reading[], marks: ReadonlyMap<number, Marks>): void => {
    for (const reading of readings) {
      if (of(reading.sensorId).has(reading.observedAt)) throw new Error('stored twice');
      stored.set(reading.sensorId, of(reading.sensorId).set(reading.observedAt, reading));
    }
    for (const [id, mark] of marks) memories.set(sensorWith(id).code, { ...memoryOf(sensorWith(id)), ...mark });
  };
  const inputs = (from: number, to: number, id: number): InputReading[] =>
    [...of(id).values()]
      .filter(({ observedAt }) => observedAt >= from && observedAt <= to)
      .toSorted((a, b) => a.observedAt - b.observedAt)
      .map(inputOf);
  const settle = (derived: Derived): void => {
    keep(derived.readings, derived.marks);
    derived.adopt();
  };
  const run = (admitted: Parameters<PairingDesk['prepare']>[0], isTick: boolean): void => {
    const prepared = desk.prepare(admitted, now, isTick);
    if (prepared === null) return;
    const spans = Map.groupBy(prepared.spans, ({ sensorId }) => sensorId);
    const found = new Map([...spans].map(([id, own]) => [id, own.flatMap(({ from, to }) => inputs(from, to, id))]));
    const derived = desk.derive(prepared, found, (id) => memoryOf(sensorWith(id)));
    settle(derived);
  };

  return {
    take(batch: readonly Measured[]): void {
      const known = batch.map(({ sensor, minute, value }) => ({
        sample: {
          siteId: 'pond',
          sensorCode: sensor,
          observedAt: instant(NOON + minute * MINUTE),
          receivedAt: now,
          value,
        },
        memory: memoryOf(byCode(sensor)),
      }));
      const values = new Map(
        [...stored].flatMap(([sensorId, own]) =>
          [...own].map(([observedAt, { value }]) => [keyText({ sensorId, observedAt }), [value ?? NaN]] as const),
        ),
      );
      const taken = takeIn(inJudgingOrder(known), values);
      const prepared = desk.prepare(taken.admitted, now);
      keep([], taken.marks);
      if (prepared === null) {
        keep(taken.readings, new Map());
        return;
      }
      const spans = Map.groupBy(prepared.spans, ({ sensorId }) => sensorId);
      const found = new Map([...spans].map(([id, own]) => [id, own.flatMap(({ from, to }) => inputs(from, to, id))]));
      const derived = desk.derive(prepared, found, (id) => memoryOf(sensorWith(id)));
      keep(taken.readings, new Map());
      settle(derived);
    },
    /** Time passes, and the judge ticks. */
    tick(seconds: number): void {
      now = instant(now + seconds * 1000);
      run([], true);
    },
    /** Everything in memory is lost. */
    restart(): void {
      const waiting = derivations.map(({ sensor, primaryId }): [number, Waiting[]] => {
        const done = of(sensor.id);
        const newest = Math.max(-Infinity, ...done.keys());
        const primary = inputs(-Infinity, Infinity, primaryId).filter(({ at }) => !done.has(at));
        return [sensor.id, primary.map((each) => ({ ...each, patient: each.at < newest, since: now, tried: false }))];
      });
      const newest = [...stored].map(([id, own]) => [id, instant(Math.max(...own.keys()))] as const);
      desk = new PairingDesk({ derivations, newest: new Map(newest), waiting: new Map(waiting) });
    },
    /** `minute value flags` of a sensor, in order of time. */
    told: (code: string): string[] =>
      [...of(byCode(code).id).values()]
        .toSorted((a, b) => a.observedAt - b.observedAt)
        .map(({ observedAt, value, flags, version }) =>
          [
            (observedAt - NOON) / MINUTE,
            value === null ? 'none' : Number(value.toFixed(9)),
            `v${String(version)}`,
            ...flags,
          ].join(' '),
        ),
  };
}

const sensorWith = (id: number): Sensor => {
  const found = Object.values(SENSORS).find((sensor) => sensor.id === id);
  if (found === undefined) throw new Error(`no sensor ${String(id)}`);
  return found;
};

const inputOf = (reading: Reading): InputReading => ({
  at: reading.observedAt,
  receivedAt: reading.receivedAt,
  value: reading.value,
  doubtful: reading.quality === 'doubtful',
  maintenance: reading.flags.includes('maintenance'),
  outOfRange: reading.flags.includes('out-of-range'),
  believed: !reading.flags.includes('clock-ahead'),
});

import { DEMO_CREEP } from './creep.ts';
import type { Creep } from './creep.ts';
import type { Fault } from './faults.ts';
import type { Weather } from './weather.ts';

/** What happens to the demo pond; instruments are named as in config/sites/demo-pond.yaml, and missing ones do not mind. */
export interface Scenario {
  readonly weather: Weather;
  readonly creep: Creep | null;
  readonly faults: readonly Fault[];
  /** Hours of its own time that are worth playing; after that it begins again, or only goes on being quiet. */
  readonly hours: number;
}

export const SCENARIO_NAMES = ['typhoon', 'quiet', 'creep', 'lightning'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

const SLOPE = ['slope-1', 'slope-2', 'slope-3'];

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  /** A typhoon's rain, the pond past red and back, and the same again, for ever. One logger's modem fails in between. */
  typhoon: {
    weather: { stormMillimetres: 200 },
    creep: null,
    faults: [
      { kind: 'dead-modem', device: 'section-3', from: 7, until: 9 },
      { kind: 'gap', codes: ['piezo-1-3-frequency', 'piezo-1-3-thermistor'], from: 12, until: 14 },
    ],
    hours: 30,
  },
  /** Nothing happens but what happens to instruments. */
  quiet: {
    weather: { stormMillimetres: 0 },
    creep: null,
    faults: [
      { kind: 'gap', codes: ['piezo-1-2-frequency', 'piezo-1-2-thermistor'], from: 4, until: 5 },
      { kind: 'dead-modem', device: 'section-2', from: 7, until: 9 },
      { kind: 'stuck', codes: ['piezo-3-1-frequency', 'piezo-3-1-thermistor'], from: 10, until: 13 },
      { kind: 'clock-reset', device: 'section-1', from: 15, until: 16 },
    ],
    hours: 24,
  },
  /** The slope beside the pond moves, faster and faster, until it and the instruments on it are gone. */
  creep: {
    weather: { stormMillimetres: 0 },
    creep: DEMO_CREEP,
    faults: SLOPE.map((device): Fault => ({ kind: 'dead-modem', device, from: 24, until: 30 })),
    hours: 25,
  },
  /**
   * A thunderstorm. A stroke jerks every wire of section 2, destroys one instrument of section 1 and resets the logger of
   * section 3; who repairs section 2 at night exchanges two wires and is called back.
   */
  lightning: {
    weather: { stormMillimetres: 45 },
    creep: null,
    faults: [
      {
        kind: 'spike',
        codes: ['piezo-2-1-frequency', 'piezo-2-2-frequency', 'piezo-2-3-frequency'],
        by: -350,
        from: 2,
        until: 3,
      },
      { kind: 'destroyed', codes: ['piezo-1-2-frequency'], value: 2210.5, from: 2, until: 30 },
      { kind: 'clock-reset', device: 'section-3', from: 2, until: 3.5 },
      { kind: 'swapped', codes: ['piezo-2-1-frequency', 'piezo-2-2-frequency'], from: 5, until: 6 },
    ],
    hours: 9,
  },
};

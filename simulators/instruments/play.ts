import type { SiteConfig } from '../../src/contract/site-config.ts';
import { HOUR } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import { throughFaults } from './faults.ts';
import type { Held, Measurement } from './faults.ts';
import { instrumentsOf } from './instruments.ts';
import type { Instrument } from './instruments.ts';
import { DEMO_POND, advance, pondAt } from './pond.ts';
import type { PondState } from './pond.ts';
import type { Scenario } from './scenarios.ts';
import { telegramsOf } from './telegram.ts';
import type { Telegram } from './telegram.ts';
import { CYCLE, rainUntil } from './weather.ts';
import { worldAt } from './world.ts';

interface PlayOptions {
  readonly site: SiteConfig;
  readonly scenario: Scenario;
  readonly seed: number;
  /** How many times faster than real time the scenario runs. */
  readonly speed: number;
  /** Hours into the scenario of round 0. */
  readonly from?: number;
  /** Every device reports so often; else each as the site says. */
  readonly intervalMs?: DurationMs;
  /** The round to begin with. */
  readonly round?: number;
}

/** One device in one round. */
export interface DeviceRound {
  /** All that it measures. */
  readonly codes: readonly string[];
  /** null: nothing comes of it. */
  readonly come: Measurement | null;
}

/** A scenario at a site, round by round: the shortest interval is one round, and a device with a longer one sits some out. */
export class Play {
  readonly roundMs: DurationMs;
  readonly #options: PlayOptions;
  readonly #devices: readonly { readonly every: number; readonly instruments: readonly Instrument[] }[];
  #round: number;
  #state: PondState;
  #held: Held = new Map();

  constructor(options: PlayOptions) {
    const { site, scenario, seed, intervalMs, round = 0 } = options;
    const instruments = instrumentsOf(site, seed);
    const own = (each: Instrument): DurationMs => intervalMs ?? each.intervalMs;
    this.#options = options;
    this.roundMs = Math.min(...instruments.map(own));
    this.#devices = [...Map.groupBy(instruments, ({ device }) => device).values()].map((each) => ({
      every: Math.max(1, Math.round(Math.min(...each.map(own)) / this.roundMs)),
      instruments: each,
    }));
    this.#round = round;
    this.#state = pondAt(DEMO_POND, scenario.weather, seed, this.#timeOf(Math.max(0, round - 1)));
  }

  /** Whether the scenario has been played to its end. */
  get isOver(): boolean {
    return this.#timeOf(this.#round) >= this.#options.scenario.hours * HOUR;
  }

  /** What is sent in the next round, all of it measured at one moment. */
  next(observedAt: Instant): Telegram[] {
    return this.measure(observedAt).flatMap(({ come }) => (come === null ? [] : telegramsOf(this.#options.site, come)));
  }

  /** What became of each device whose turn it is in the next round. */
  measure(observedAt: Instant): DeviceRound[] {
    const { scenario, seed } = this.#options;
    const round = this.#round++;
    const at = this.#timeOf(round);
    this.#state = advance(DEMO_POND, scenario.weather, seed, this.#state, at);
    const world = worldAt(scenario, seed, this.#state, at);
    return this.#devices.flatMap(({ every, instruments }) => {
      if (round % every !== 0) return [];
      const before = this.#timeOf(round - every);
      const seen = { ...world, rainBefore: rainUntil(scenario.weather, seed, before) };
      const values = Object.assign({}, ...instruments.map(({ read }) => read(seen, round))) as Measurement['values'];
      const device = instruments[0]?.device ?? '';
      const come = this.#throughFaults({ device, observedAt, values }, at, before);
      return [{ codes: Object.keys(values), come: come ?? null }];
    });
  }

  /** Faults come again with every cycle of the weather. */
  #throughFaults(measured: Measurement, at: DurationMs, before: DurationMs): Measurement | undefined {
    const { scenario, speed } = this.#options;
    const cycle = Math.floor(at / CYCLE) * CYCLE;
    const moment = { at: at - cycle, before: before - cycle, speed };
    const { come, held } = throughFaults(scenario.faults, measured, moment, this.#held);
    this.#held = held;
    return come;
  }

  #timeOf(round: number): DurationMs {
    const { from = 0, speed } = this.#options;
    return from * HOUR + round * this.roundMs * speed;
  }
}

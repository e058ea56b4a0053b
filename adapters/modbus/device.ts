import type { NotGood } from '../../src/core/acquired.ts';
import { HOUR } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { ModbusLogger, ModbusSlave } from '../../src/contract/acquire/modbus-slaves.ts';
import type { Outcome, Query } from './bus.ts';
import { readPlan, splitBlock, valuesIn } from './read-plan.ts';
import type { Block } from './read-plan.ts';
import type { PointValue } from './register-codec.ts';
import { wireMeasured } from './vibrating-wire-frame.ts';

/** One value of one sensor, and where it stands in the device. */
export interface Polled extends PointValue {
  readonly sensor: string;
  readonly at: string;
}

/** What came of polling a device. */
export interface PollResult {
  readonly polled: readonly Polled[];
  readonly how:
    | 'answered'
    /** It answers, and refuses all that it was asked. */
    | 'refused'
    | Exclude<Outcome['kind'], 'data' | 'exception'>;
  readonly detail: string;
}

/** Something on a bus that is asked by its own period. */
export interface Device {
  readonly name: string;
  readonly everyMs: DurationMs;
  readonly sensors: readonly string[];
  /** Asks for all it has, one request after the other; `now` on the line's own count. Never throws. */
  poll(ask: (query: Query) => Promise<Outcome>, now: DurationMs): Promise<PollResult>;
}

/** What was refused may be there again: a card that was plugged in, another firmware. */
const PLAN_ANEW_MS: DurationMs = HOUR;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;

/**
 * A slave that speaks Modbus. It is read in the fewest requests; one that is refused for an address is split until only what is
 * not there is alone, and bad (A6).
 */
export function slaveDevice(slave: ModbusSlave): Device {
  let plan = readPlan(slave);
  let plannedAt: DurationMs | null = null;
  return {
    name: slave.name,
    everyMs: slave.every * 1_000,
    sensors: slave.points.map(({ sensor }) => sensor),
    async poll(ask, now) {
      if (plannedAt === null || now - plannedAt > PLAN_ANEW_MS) {
        plan = readPlan(slave);
        plannedAt = now;
      }
      const polled: Polled[] = [];
      const refusals = new Set<number>();
      let isAnswered = false;
      const next: Block[] = [];
      const left = [...plan];
      for (let block = left.shift(); block !== undefined; block = left.shift()) {
        const outcome = await ask({ kind: 'read', ...block });
        if (outcome.kind === 'data') {
          const values = valuesIn(block, outcome.data);
          polled.push(...block.points.map((point, i) => placed(point, values[i])));
          next.push(block);
          isAnswered = true;
          continue;
        }
        if (outcome.kind !== 'exception') return { polled, how: outcome.kind, detail: '' };
        const { code } = outcome;
        if (code === 10 || code === 11) return { polled, how: 'no-answer', detail: exception(code) };
        const halves = code === ILLEGAL_ADDRESS || code === ILLEGAL_VALUE ? splitBlock(block) : undefined;
        if (halves !== undefined) {
          left.unshift(...halves);
          continue;
        }
        refusals.add(code);
        polled.push(...block.points.map((point) => placed(point, none('device-fault', exception(code)))));
        next.push(block);
      }
      plan = next;
      const detail = [...refusals].map(exception).join(', ');
      return { polled, how: isAnswered ? 'answered' : 'refused', detail };
    },
  };
}

/** Where a point stands, as its configuration writes it. */
const placed = ({ sensor, table, address }: Block['points'][number], value?: PointValue): Polled => ({
  sensor,
  at: `${table} ${String(address)}`,
  ...(value ?? none('device-fault', '')),
});

const none = (why: NotGood, raw: string): PointValue => ({ value: null, quality: 'bad', why, raw });

const exception = (code: number): string => `exception ${String(code)}`;

/** A FreeSun logger: each of its wires is asked for alone. */
export function loggerDevice(logger: ModbusLogger): Device {
  const { name, module, statusGood, channels } = logger;
  return {
    name,
    everyMs: logger.every * 1_000,
    sensors: channels.flatMap(({ frequency, temperature, amplitude }) =>
      [frequency, temperature, amplitude].filter((code) => code !== undefined),
    ),
    async poll(ask) {
      const polled: Polled[] = [];
      let isAnswered = false;
      for (const wire of channels) {
        const outcome = await ask({ kind: 'wire', module, channel: wire.channel });
        if (outcome.kind !== 'data' && outcome.kind !== 'exception') return { polled, how: outcome.kind, detail: '' };
        const give = (quantity: 'frequency' | 'temperature' | 'amplitude', value: PointValue): void => {
          const sensor = wire[quantity];
          if (sensor !== undefined)
            polled.push({ sensor, at: `channel ${String(wire.channel)} ${quantity}`, ...value });
        };
        if (outcome.kind === 'exception') {
          for (const quantity of ['frequency', 'temperature', 'amplitude'] as const)
            give(quantity, none('device-fault', 'refused'));
          continue;
        }
        isAnswered = true;
        const { frequency, temperature, amplitude, wireStatus, temperatureStatus } = wireMeasured(outcome.data);
        give('frequency', measured(frequency, wireStatus === statusGood, wireStatus));
        give('amplitude', measured(amplitude, wireStatus === statusGood, wireStatus));
        give('temperature', measured(temperature, temperatureStatus === statusGood, temperatureStatus));
      }
      return { polled, how: isAnswered ? 'answered' : 'refused', detail: isAnswered ? '' : 'refused' };
    },
  };
}

function measured(value: number, isGood: boolean, status: number): PointValue {
  const raw = `${String(value)} status ${String(status)}`;
  if (!isGood) return none('sensor-fault', raw);
  return Number.isFinite(value) ? { value, quality: 'good', raw } : none('not-a-number', raw);
}

import type { MqttLine } from '../../src/contract/acquire/mqtt-config.ts';
import { AppError } from '../../src/core/errors.ts';
import { PAYLOAD_BYTES_MAX } from '../../src/core/sample.ts';
import type { Instant } from '../../src/core/time.ts';
import { isTakenBy } from '../../src/core/topic-filter.ts';
import type { LinePorts, RawValue, TriedOut } from '../acquisition.ts';
import { assign, assignments } from '../dialects/assign.ts';
import type { Assigned } from '../dialects/assign.ts';
import { commandAnswer } from '../dialects/geo-hazard-command.ts';
import { dialectMemory, readDialect } from '../dialects/read-dialect.ts';
import type { DialectArrival } from '../dialects/read-dialect.ts';
import { wrongly } from '../dialects/told.ts';
import type { Ask, Message } from '../dialects/told.ts';

/** Places shown: what no sensor is, is among them, for whoever writes the mapping. */
const RAW_MAX = 2_000;
const RAW_LENGTH_MAX = 60;
/** Refused messages told of one line; then they are counted. */
const TOLD_MAX = 100;

interface Waiting {
  readonly done: () => void;
  readonly failed: (why: Error) => void;
}

/** What a line does with messages: what they say is offered, what stands behind it shown. */
export function lineReader(config: MqttLine, ports: LinePorts) {
  const memory = dialectMemory();
  const readers = config.mappings.map((mapping) => ({ mapping, table: assignments(mapping) }));
  const raw = new Map<string, RawValue>();
  const waiting = new Map<string, Set<Waiting>>();
  let refused = 0;

  const show = ({ told }: Message, table: (typeof readers)[number]['table'], receivedAt: Instant): void => {
    for (const { device, field, value } of told) {
      const key = `${device} ${field}`;
      if (!raw.has(key) && raw.size >= RAW_MAX) continue;
      const sensorCode = table.of(device, field)?.code;
      const text = (JSON.stringify(value) ?? 'nothing').slice(0, RAW_LENGTH_MAX);
      raw.set(key, {
        at: field,
        device,
        raw: text,
        receivedAt,
        ...(sensorCode !== undefined && { sensorCode }),
        ...(typeof value === 'number' && Number.isFinite(value) && { value }),
      });
    }
  };
  const tellRefused = ({ wrong }: Assigned | Message, topic: string): void => {
    for (const { reason, detail } of wrong) {
      refused += 1;
      if (refused <= TOLD_MAX) ports.log.warn({ topic, reason, detail }, 'not read');
    }
  };
  const tellDevices = ({ told, gone = [] }: Message): void => {
    for (const device of new Set(told.map((each) => each.device))) ports.report({ device, state: 'connected' });
    for (const node of gone) {
      const behind = config.mappings.flatMap(({ sensors }) => sensors.map(({ device }) => device));
      for (const device of new Set(behind.filter((each) => each === node || each.startsWith(`${node}/`))))
        ports.report({ device, state: 'faulty', fault: 'gone' });
    }
  };
  const tellAnswer = (payload: Uint8Array): void => {
    const answer = commandAnswer(payload);
    // It does not say whose it is: whoever waits is told by the values, or by this when it is a refusal.
    if (answer?.succeeded === false)
      for (const each of [...waiting.values()].flatMap((set) => [...set]))
        each.failed(new AppError('adapter/not-connected', `the device refuses ${answer.cmd}`, { retryable: true }));
  };

  return {
    /** `stored` resolves when what the message says lies in the spool. */
    take(arrival: DialectArrival): { readonly stored: Promise<void>; readonly asks: readonly Ask[] } {
      const reader = readers.find(({ mapping }) => isTakenBy([mapping.topic], arrival.topic));
      if (reader === undefined) return { stored: Promise.resolve(), asks: [] };
      tellAnswer(arrival.payload);
      const isLarge = arrival.payload.length > PAYLOAD_BYTES_MAX;
      const message = isLarge
        ? wrongly('payload-too-large', `${String(arrival.payload.length)} bytes`)
        : readDialect(reader.mapping, memory, arrival);
      const assigned = assign(reader.table, message, arrival.receivedAt);
      show(message, reader.table, arrival.receivedAt);
      tellRefused(message, arrival.topic);
      tellRefused(assigned, arrival.topic);
      const store = async (): Promise<void> => {
        if (assigned.acquired.length > 0) await ports.offer(assigned.acquired);
        tellDevices(message);
        for (const { device } of message.told) for (const each of waiting.get(device) ?? []) each.done();
      };
      return { stored: store(), asks: message.asks ?? [] };
    },
    /** Resolves when something of the device was stored from now on. */
    async next(device: string, signal: AbortSignal): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const mine: Waiting = { done: resolve, failed: reject };
      const set = waiting.get(device) ?? new Set<Waiting>();
      waiting.set(device, set.add(mine));
      const stop = (): void => {
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop);
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', stop);
        set.delete(mine);
        if (set.size === 0) waiting.delete(device);
      }
    },
    liveRaw: () => [...raw.values()],
  };
}

/** What a pasted payload would have given by each mapping; of Sparkplug, as if it were of the first node that the mapping names. */
export function tryMessage(config: MqttLine, bytes: Uint8Array, at: Instant): TriedOut {
  const tried = config.mappings.map((mapping) => {
    const [group = '', device = ''] = [mapping.topic.split('/')[1], mapping.sensors[0]?.device];
    const topic =
      mapping.dialect === 'sparkplug'
        ? `spBv1.0/${group}/${device.includes('/') ? 'D' : 'N'}BIRTH/${device}`
        : mapping.topic;
    const message = readDialect(mapping, dialectMemory(), { topic, payload: bytes, receivedAt: at });
    const { acquired, wrong, unassigned } = assign(assignments(mapping), message, at);
    const refusals = [...message.wrong, ...wrong].map(
      ({ reason, detail }) => `${mapping.dialect}: ${reason}: ${detail}`,
    );
    return {
      acquired,
      refusals: [...refusals, ...unassigned.map((each) => `${mapping.dialect}: ${each} is no sensor`)],
    };
  });
  // The mapping that understands it best.
  return (
    tried.toSorted((a, b) => b.acquired.length - a.acquired.length || a.refusals.length - b.refusals.length)[0] ?? {
      acquired: [],
      refusals: [],
    }
  );
}

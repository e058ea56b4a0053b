import type { Bus, Debts } from '../../../adapters/modbus/bus.ts';
import { valuesIn } from '../../../adapters/modbus/read-plan.ts';
import { openRtuBus } from '../../../adapters/modbus/rtu-bus.ts';
import { openTcpBus } from '../../../adapters/modbus/tcp-bus.ts';
import type { Wire, WireEars } from '../../../adapters/modbus/wire.ts';
import type { ModbusPoint } from '../../../src/contract/acquire/modbus-slaves.ts';
import { MISHAPS, mishap } from '../../../simulators/modbus/chaos.ts';
import type { Mishap } from '../../../simulators/modbus/chaos.ts';
import { deviceLine } from '../../../simulators/modbus/device-line.ts';
import type { Memory } from '../../../simulators/modbus/memory.ts';
import { serialDevices } from '../../../simulators/modbus/serial-devices.ts';
import { tcpDevices } from '../../../simulators/modbus/tcp-devices.ts';
import { virtualTimeline } from '../../support/virtual-timeline.ts';
import { chances } from './chances.ts';

export type Framing = 'serial' | 'tcp';

const TIMEOUT_MS = 100;
const QUIET_MS = 5;
const DRAIN_MS = 20;
const UNITS = [1, 2, 3];
const PLACES = [
  { address: 0, count: 1 },
  { address: 10, count: 1 },
  { address: 20, count: 2 },
  { address: 40, count: 2 },
  { address: 60, count: 10 },
  { address: 80, count: 10 },
];

/** What came of so many requests to slaves to whom everything happens. */
export interface ChaosCount {
  answered: number;
  refused: number;
  unanswered: number;
  /** Values that no slave gave to that request. */
  wrong: number;
  reopened: number;
  readonly mishaps: Map<Mishap, number>;
}

interface ChaosOptions {
  /** Of the answers something happens to. */
  readonly share?: number;
  /** What is owed is forgotten at once, as by one who thinks that draining a line is enough. */
  readonly isForgetful?: boolean;
}

/**
 * Asks `requests` times, by one line, three slaves whose registers each tell where they stand, whose they are and which request
 * they were asked by. Virtual time: the same seed, the same run.
 */
export async function chaosRun(
  framing: Framing,
  requests: number,
  seed: number,
  { share = 0.25, isForgetful = false }: ChaosOptions = {},
): Promise<ChaosCount> {
  const time = virtualTimeline();
  const draw = chances(seed);
  const count: ChaosCount = { answered: 0, refused: 0, unanswered: 0, wrong: 0, reopened: 0, mishaps: new Map() };
  /** How often each slave was asked: what it says tells it, so that what is late is no better than what is another's. */
  const asked = new Map<number, number>();
  const told = (unit: number, address: number): number =>
    (unit * 7_919 + address * 104_729 + (asked.get(unit) ?? 0) * 31_337) & 0xffff;
  const memoryOf = (unit: number): Memory => ({
    register: (_, address) => (address < 100 ? told(unit, address) : undefined),
    bit: () => undefined,
  });
  const devices = { slaves: new Map(UNITS.map((unit) => [unit, memoryOf(unit)])) };

  /** One connection after the other. */
  interface Connection {
    readonly ears: WireEars;
    isOpen: boolean;
  }
  const devicesAt = (end: () => Connection): ((bytes: Buffer) => void) => {
    const frames = framing === 'serial' ? serialDevices(devices) : tcpDevices(devices);
    return deviceLine({
      time,
      hear(request) {
        const unit = request.readUInt8(framing === 'serial' ? 0 : 6);
        asked.set(unit, (asked.get(unit) ?? 0) + 1);
        return frames(request);
      },
      done(heard, heldUpMs) {
        const kind = draw() < share ? MISHAPS[Math.floor(draw() * MISHAPS.length)] : undefined;
        if (kind === undefined) return { kind: 'send', parts: [{ afterMs: 1, bytes: heard.answer }] };
        count.mishaps.set(kind, (count.mishaps.get(kind) ?? 0) + 1);
        return mishap(kind, heard, { framing, draw, patienceMs: TIMEOUT_MS, gapMs: QUIET_MS, heldUpMs });
      },
      end: {
        send(bytes) {
          const { ears, isOpen } = end();
          if (isOpen) ears.came(bytes);
        },
        reset() {
          end().isOpen = false;
          end().ears.closed();
        },
        hang() {
          end().isOpen = false;
        },
      },
    });
  };
  let newest: Connection;
  // Behind a modem the slaves do not know that it was called anew: what is late comes by the next connection.
  const bus485 = devicesAt(() => newest);
  const open = (ears: WireEars): Promise<Wire> => {
    count.reopened += 1;
    const own: Connection = { ears, isOpen: true };
    newest = own;
    const line = framing === 'serial' ? bus485 : devicesAt(() => own);
    return Promise.resolve({
      write: (bytes) => void time.after(0, () => (own.isOpen ? line(Buffer.from(bytes)) : undefined)),
      close() {
        own.isOpen = false;
      },
    });
  };

  const debts: Debts = { owed: [] };
  const openBus = (): Promise<Bus> =>
    framing === 'serial'
      ? openRtuBus({
          open,
          timeline: time,
          timing: { timeoutMs: TIMEOUT_MS, quietMs: QUIET_MS, drainMs: DRAIN_MS, onWireMs: () => 0 },
          debts,
        })
      : openTcpBus({ open, timeline: time, timeoutMs: TIMEOUT_MS, debts });

  async function all(): Promise<void> {
    let bus = await openBus();
    for (let i = 0; i < requests; i += 1) {
      if (!bus.isOpen) bus = await openBus();
      const unit = UNITS[Math.floor(draw() * UNITS.length)] ?? 1;
      const place = PLACES[Math.floor(draw() * PLACES.length)] ?? PLACES[0]!;
      if (isForgetful) debts.owed = [];
      const outcome = await bus.ask({ kind: 'read', unit, table: 'holding', ...place });
      if (outcome.kind === 'exception') count.refused += 1;
      else if (outcome.kind !== 'data') count.unanswered += 1;
      else {
        count.answered += 1;
        const points = Array.from({ length: place.count }, (_, j) => registerPoint(place.address + j));
        const values = valuesIn({ unit, table: 'holding', ...place, points }, outcome.data);
        if (values.some(({ value }, j) => value !== told(unit, place.address + j))) count.wrong += 1;
      }
    }
    bus.close();
  }
  await time.through(all());
  return count;
}

const registerPoint = (address: number): ModbusPoint => ({
  sensor: `r${String(address)}`,
  table: 'holding',
  address,
  type: 'uint16',
  order: 'ABCD',
  scale: 1,
  offset: 0,
  noValue: [],
});

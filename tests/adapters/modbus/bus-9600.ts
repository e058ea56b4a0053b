import { pino } from 'pino';
import type { Acquired } from '../../../src/core/acquired.ts';
import { instant } from '../../../src/core/time.ts';
import type { LinePorts, LineReport } from '../../../adapters/acquisition.ts';
import { slaveDevice } from '../../../adapters/modbus/device.ts';
import { poller } from '../../../adapters/modbus/poller.ts';
import { openRtuBus } from '../../../adapters/modbus/rtu-bus.ts';
import { modbusSlaves } from '../../../src/contract/acquire/modbus-slaves.ts';
import { deviceLine } from '../../../simulators/modbus/device-line.ts';
import type { Memory } from '../../../simulators/modbus/memory.ts';
import { serialDevices } from '../../../simulators/modbus/serial-devices.ts';
import { virtualTimeline } from '../../support/virtual-timeline.ts';

const BYTE_MS = 11_000 / 9_600;

interface Bus9600 {
  /** Slaves 1 to so many, with one register each. */
  readonly units: number;
  readonly dead?: ReadonlySet<number>;
  readonly everyS: number;
  /** How long it runs, of virtual time. */
  readonly lengthMs: number;
  readonly take: (acquired: Acquired) => void;
}

/** Runs a line of 9600 baud in virtual time; gives what it reported. */
export async function runBus9600({ units, dead = new Set(), everyS, lengthMs, take }: Bus9600): Promise<LineReport[]> {
  const time = virtualTimeline();
  const told = new Map<string, LineReport>();
  const reports: LineReport[] = [];
  const ports: LinePorts = {
    clock: { now: () => instant(Date.UTC(2026, 6, 1) + time.now()) },
    log: pino({}, { write: () => {} }),
    site: { id: 'site', timeZone: 'Asia/Shanghai' },
    folder: () => Promise.reject(new Error('nothing to remember')),
    secret: () => Promise.reject(new Error('no secrets')),
    offer: (values) => {
      values.forEach(take);
      return Promise.resolve();
    },
    report(report) {
      // Said again unchanged, it is not told again.
      const key = String(report.device);
      if (JSON.stringify(told.get(key)) !== JSON.stringify(report)) reports.push(report);
      told.set(key, report);
    },
  };
  const numbers = Array.from({ length: units }, (_, i) => i + 1);
  const memory: Memory = { register: (_, address) => address, bit: () => undefined };
  const slaves = new Map(numbers.filter((unit) => !dead.has(unit)).map((unit) => [unit, memory]));
  const configured = modbusSlaves(1, 247).parse(
    numbers.map((unit) => ({
      name: `slave-${String(unit)}`,
      unit,
      every: everyS,
      points: [{ sensor: `s-${String(unit)}`, address: 7 }],
    })),
  );
  const line = poller({
    devices: configured.map(slaveDevice),
    prefix: '',
    probeMs: 1_000,
    timeline: time,
    ports,
    wire: () => {},
    openBus: () =>
      openRtuBus({
        timeline: time,
        debts: { owed: [] },
        timing: { timeoutMs: 1_000, quietMs: 3.5 * BYTE_MS, drainMs: 250, onWireMs: (bytes) => bytes * BYTE_MS },
        open: (ears) => {
          const bus = deviceLine({
            time,
            hear: serialDevices({ slaves }),
            done: ({ request, answer }) => ({
              kind: 'send',
              parts: [{ afterMs: BYTE_MS * (request.length + 3.5 + answer.length), bytes: answer }],
            }),
            end: { send: (bytes) => ears.came(bytes), reset: () => {}, hang: () => {} },
          });
          return Promise.resolve({ write: (bytes) => bus(Buffer.from(bytes)), close: () => {} });
        },
      }),
  });
  const end = new AbortController();
  time.after(lengthMs, () => end.abort());
  await time.through(line.run(end.signal));
  return reports;
}

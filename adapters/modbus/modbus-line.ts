import { AppError } from '../../src/core/errors.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { ModbusBus, ModbusLine, ModbusModem } from '../../src/contract/acquire/modbus-config.ts';
import { backOffMs } from '../../src/platform/back-off.ts';
import type { Line, LinePorts, Protocol } from '../acquisition.ts';
import type { Bus, Debts } from './bus.ts';
import { loggerDevice, slaveDevice } from './device.ts';
import type { Device } from './device.ts';
import { listenForModems } from './modem-listener.ts';
import type { ModemListener } from './modem-listener.ts';
import { poller } from './poller.ts';
import type { Poller, WireState } from './poller.ts';
import { bytesOf } from './registration-frame.ts';
import { openRtuBus } from './rtu-bus.ts';
import type { SerialTiming } from './rtu-bus.ts';
import { serial } from './serial-wire.ts';
import { openTcpBus } from './tcp-bus.ts';
import { dialled } from './tcp-wire.ts';
import { hostTimeline, waitOn } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import type { OpenWire } from './wire.ts';

type SerialLine = Exclude<ModbusLine, { protocol: 'modbus-tcp' }>;

/** Behind a modem or converter nobody knows how fast the bus is, and packets come in pieces. */
const QUIET_OVER_TCP_MS: DurationMs = 20;
/** From 19200 baud on the silence grows no shorter (Modbus over Serial Line V1.02, 2.5.1.1). */
const QUIET_LEAST_MS: DurationMs = 1.75;

/** How patient a serial line is. */
export function serialTiming(line: SerialLine): SerialTiming {
  const { timeoutMs, drainMs } = line;
  if (line.protocol !== 'modbus-rtu')
    return { timeoutMs, drainMs, quietMs: line.quietMs ?? QUIET_OVER_TCP_MS, onWireMs: () => 0 };
  // Start, eight bits, parity where there is one, stop.
  const bits = 9 + (line.parity === 'none' ? 0 : 1) + line.stopBits;
  const characterMs = (1_000 * bits) / line.baud;
  const quietMs = line.quietMs ?? Math.max(QUIET_LEAST_MS, 3.5 * characterMs);
  return { timeoutMs, drainMs, quietMs, onWireMs: (bytes) => bytes * characterMs };
}

/** Lines that speak Modbus, and FreeSun loggers on the same bus. */
export const modbusProtocol = (timeline: Timeline = hostTimeline): Protocol<ModbusLine> => ({
  line: (config, ports) => modbusLine(config, ports, timeline),
});

function modbusLine(config: ModbusLine, ports: LinePorts, timeline: Timeline): Line {
  let listener: ModemListener | null = null;
  const devicesOf = ({ slaves = [], loggers = [] }: ModbusBus): Device[] => [
    ...slaves.map(slaveDevice),
    ...loggers.map(loggerDevice),
  ];
  const common = { probeMs: config.timeoutMs, timeline, ports };

  /** What is wrong with the line's only wire is the line's; of a modem's, that of all that hang on it. */
  const wireOf = (devices: readonly string[] | null): ((state: WireState) => void) => {
    let isDown = false;
    return (state) => {
      const named = devices === null ? [{}] : devices.map((device) => ({ device }));
      if (state !== null) for (const name of named) ports.report({ ...name, state: 'faulty', ...state });
      else if (devices === null) ports.report({ state: 'connected' });
      // A wire that was only opened anew says nothing of what hangs on it.
      else if (isDown) for (const name of named) ports.report({ ...name, state: 'connecting' });
      isDown = state !== null;
    };
  };

  function pollerOf(bus: ModbusBus, open: OpenWire, modem: ModbusModem | null): Poller {
    const debts: Debts = { owed: [] };
    const devices = devicesOf(bus);
    const prefix = modem === null ? '' : `${modem.name}/`;
    const openBus = (signal: AbortSignal): Promise<Bus> => {
      const wire = { open: (ears: Parameters<OpenWire>[0]) => open(ears, signal), timeline, debts };
      if (config.protocol === 'modbus-tcp') return openTcpBus({ ...wire, timeoutMs: config.timeoutMs });
      const written = modem?.heartbeat ?? ('heartbeat' in config ? config.heartbeat : undefined);
      const heartbeat = written === undefined ? undefined : bytesOf(written);
      return openRtuBus({ ...wire, timing: serialTiming(config), heartbeat });
    };
    const wire = wireOf(modem === null ? null : devices.map(({ name }) => prefix + name));
    return poller({ ...common, devices, prefix, openBus, wire });
  }

  const strangers = new Set<string>();
  /** Told once for each thing that is said: they call again and again. */
  function refused(from: string, came: string): void {
    const detail = `refused ${from === '' ? 'a caller' : from}, who registers as ${came === '' ? 'nothing' : came}`;
    ports.report({ state: 'connected', detail });
    if (strangers.has(came) || strangers.size >= 100) return;
    strangers.add(came);
    ports.log.warn({ from, came }, 'a modem called that is not in the configuration');
  }

  const pollers = pollersOf();
  function pollersOf(): Poller[] {
    switch (config.protocol) {
      case 'modbus-tcp':
      case 'rtu-over-tcp':
        return [pollerOf(config, dialled(config.host, config.port), null)];
      case 'modbus-rtu':
        return [pollerOf(config, serial(config), null)];
      case 'rtu-over-tcp-listen':
        return config.modems.map((modem) => {
          const open: OpenWire = (ears, signal) => {
            if (listener === null) throw new Error('it listens before it waits for modems');
            return listener.open(modem)(ears, signal);
          };
          return pollerOf(modem, open, modem);
        });
    }
  }

  async function listen(signal: AbortSignal): Promise<void> {
    if (config.protocol !== 'rtu-over-tcp-listen') return;
    const { host, port, modems } = config;
    for (let failures = 0; !signal.aborted && listener === null; failures += 1) {
      try {
        listener = await listenForModems({ host, port, modems, refused });
        ports.report({ state: 'connected' });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        ports.report({ state: 'faulty', fault: 'unreachable', detail: error.message });
        await waitOn(timeline, backOffMs(failures, 1_000), signal);
      }
    }
  }

  return {
    async run(signal) {
      await listen(signal);
      // One that throws ends the others: the line is begun anew as a whole.
      const stop = new AbortController();
      try {
        await Promise.all(
          pollers.map((each) => each.run(AbortSignal.any([signal, stop.signal])).finally(() => stop.abort())),
        );
      } finally {
        await listener?.close();
        listener = null;
      }
    },
    async measure(sensorCodes, signal) {
      const wanted = pollers.flatMap((each) =>
        each.devices
          .filter(({ sensors }) => sensors.some((sensor) => sensorCodes.includes(sensor)))
          .map((device) => each.measure(device, signal)),
      );
      if (wanted.length === 0) throw new AppError('sensor/not-found', 'this line reports none of these sensors');
      await Promise.all(wanted);
    },
    liveRaw: () => pollers.flatMap((each) => each.liveRaw()),
  };
}

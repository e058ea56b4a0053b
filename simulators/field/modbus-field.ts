import type { AcquireLine } from '../../src/contract/acquire/acquire-config.ts';
import { callingModem, listeningBus } from '../modbus/bus.ts';
import type { SimulatedBus } from '../modbus/bus.ts';
import type { Logger } from '../modbus/logger.ts';
import type { Devices, Heard } from '../modbus/serial-devices.ts';
import type { HeldValues } from './held-values.ts';
import { fieldSlave } from './slave-memory.ts';

type ModbusLine = Exclude<AcquireLine, { protocol: 'opcua' | 'mqtt' | 'sl651' | 'files' }>;
type Bus = Pick<Extract<ModbusLine, { protocol: 'rtu-over-tcp' }>, 'slaves' | 'loggers'>;

/** Where the unit stands in a request. */
const UNIT_AT = { serial: 0, tcp: 6 } as const;

/** The devices of one line, at the other end of it: a port that the line dials, or modems that call the line's. */
export async function modbusField(line: ModbusLine, port: number, held: HeldValues): Promise<SimulatedBus[]> {
  switch (line.protocol) {
    case 'modbus-tcp':
      return [await listeningBus('tcp', port, busOf(line, held, 'tcp'))];
    case 'rtu-over-tcp':
      return [await listeningBus('serial', port, busOf(line, held, 'serial'))];
    case 'rtu-over-tcp-listen':
      return line.modems.map((modem) =>
        callingModem({
          ...busOf(modem, held, 'serial'),
          host: '127.0.0.1',
          port,
          registration: registrationOf(modem.registration),
          heartbeat: modem.heartbeat && { bytes: registrationOf(modem.heartbeat), everyMs: 30_000 },
        }),
      );
    case 'modbus-rtu':
      // A serial port is a thing: nobody simulates one.
      return [];
  }
}

function busOf({ slaves = [], loggers = [] }: Bus, held: HeldValues, framing: 'serial' | 'tcp') {
  const units = new Map(slaves.map(({ unit, points }) => [unit, fieldSlave(points, held, Date.now)]));
  const devices: Devices = {
    slaves: units,
    loggers: new Map(loggers.map(({ module, channels }) => [module, wiresOf(channels, held)])),
  };
  const isSilent = ({ request }: Heard): boolean => units.get(request.readUInt8(UNIT_AT[framing]))?.isAlive() === false;
  return { devices, fault: (heard: Heard) => (isSilent(heard) ? ('silent' as const) : ('none' as const)) };
}

/** Both halves of the status of a wire that is cut. */
const CUT = 0x11;

function wiresOf(channels: NonNullable<Bus['loggers']>[number]['channels'], held: HeldValues): Logger {
  return (asked) => {
    const wire = channels.find(({ channel }) => channel === asked);
    if (wire === undefined) return undefined;
    const of = (code: string | undefined): number | null =>
      code === undefined ? 0 : (held.of(code, Date.now())?.value ?? null);
    const [frequency, temperature, amplitude] = [of(wire.frequency), of(wire.temperature), of(wire.amplitude)];
    const isCut = frequency === null || temperature === null;
    return {
      frequency: frequency ?? 0,
      temperature: temperature ?? 0,
      amplitude: amplitude ?? 0,
      status: isCut ? CUT : 0,
    };
  };
}

/** What a modem says; a pattern is answered by nobody here. */
function registrationOf(bytes: { text: string } | { hex: string } | { pattern: string }): Buffer {
  if ('text' in bytes) return Buffer.from(bytes.text, 'latin1');
  if ('hex' in bytes) return Buffer.from(bytes.hex.replaceAll(/\s/g, ''), 'hex');
  throw new TypeError('a simulated modem needs a registration that is written out');
}

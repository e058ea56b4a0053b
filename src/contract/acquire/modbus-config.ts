import { z } from 'zod';
import { freesunLoggers, modbusSlaves } from './modbus-slaves.ts';
import type { ModbusLogger, ModbusSlave } from './modbus-slaves.ts';
import { LineName, lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

const Port = z.number().int().min(1).max(65_535);
const Host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a name or an address, without a scheme or a port')
  .describe('Name or address.');

const timing = {
  timeoutMs: z
    .number()
    .int()
    .min(20)
    .max(60_000)
    .default(1_000)
    .describe(
      'Longest wait for an answer, ms: from the end of a request, on a serial line its own time on the line besides.',
    ),
};

const serialTiming = {
  ...timing,
  quietMs: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('Silence before a request, ms. Left out: 3.5 characters of a serial line, 20 behind a modem.'),
  drainMs: z
    .number()
    .int()
    .min(1)
    .max(60_000)
    .default(250)
    .describe('Silence before the first request after one that went wrong, ms: what is late comes before it.'),
};

const bus = { slaves: modbusSlaves(1, 247).optional(), loggers: freesunLoggers.optional() };

/** Bytes as they go over the wire: as text, or as `hex: 0A 0B`. */
const Bytes = z.union([
  z.strictObject({
    text: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII; write anything else as `hex`')
      .describe('Printable ASCII.'),
  }),
  z.strictObject({
    hex: z
      .string()
      .regex(/^\s*([0-9A-Fa-f]{2}\s*){1,64}$/, 'must be pairs of hexadecimal digits, 64 bytes at most')
      .describe('Pairs of hexadecimal digits.'),
  }),
]);

const Pattern = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(200)
    .refine(isPattern, 'must be a regular expression')
    .describe('Matched against what comes first, read as Latin-1.'),
});

const Modem = z
  .strictObject({
    name: LineName.describe('Unique in the line.'),
    registration: z
      .union([...Bytes.options, Pattern])
      .describe('What it sends first: `text`, `hex`, or a regular expression as `pattern`.'),
    heartbeat: Bytes.optional().describe(
      'What it sends to keep its way open, as `text` or `hex`: taken out wherever it falls.',
    ),
    ...bus,
  })
  .superRefine(checkBus);

const Tcp = z
  .strictObject({
    ...lineHead,
    protocol: z.literal('modbus-tcp').describe('A slave or gateway that speaks Modbus TCP.'),
    host: Host,
    port: Port.default(502).describe('Its port.'),
    ...timing,
    slaves: modbusSlaves(0, 255),
  })
  .superRefine((line, ctx) => checkBus(line, ctx));

const Serial = z
  .strictObject({
    ...lineHead,
    protocol: z.literal('modbus-rtu').describe('A serial bus.'),
    device: z
      .string()
      .min(1)
      .max(200)
      .regex(/^(\/dev\/|\/|COM)[^\0\s]*$/, 'must be the path of a device, such as /dev/ttyUSB0')
      .describe(
        'Serial port. Best by its place (`/dev/serial/by-path/…`): numbers change when something is plugged in.',
      ),
    baud: z.number().int().min(300).max(1_000_000).default(9_600).describe('Bits a second.'),
    parity: z
      .enum(['none', 'even', 'odd'])
      .default('none')
      .describe('As the device has it: the wrong one gives no answer.'),
    stopBits: z.literal([1, 2]).default(1).describe('1 or 2.'),
    ...serialTiming,
    ...bus,
  })
  .superRefine(checkBus);

const Dialled = z
  .strictObject({
    ...lineHead,
    protocol: z.literal('rtu-over-tcp').describe('A serial bus behind a transparent converter or modem that we dial.'),
    host: Host,
    port: Port.describe('Its port.'),
    ...serialTiming,
    heartbeat: Bytes.optional().describe(
      'What the modem sends by itself, as `text` or `hex`: taken out wherever it falls.',
    ),
    ...bus,
  })
  .superRefine(checkBus);

const Listening = z
  .strictObject({
    ...lineHead,
    protocol: z
      .literal('rtu-over-tcp-listen')
      .describe('A port at which modems call, each with a serial bus behind it.'),
    host: Host.default('0.0.0.0').describe('Own address to listen at.'),
    port: Port.describe('Own port to listen at.'),
    ...serialTiming,
    modems: z.array(Modem).min(1).max(500).describe('Who may call.'),
  })
  .superRefine(checkModems);

/** A line to a bus or gateway that speaks Modbus. */
export const ModbusLine = z.discriminatedUnion('protocol', [Tcp, Serial, Dialled, Listening]);
export type ModbusLine = z.infer<typeof ModbusLine>;
export type ModbusModem = z.infer<typeof Modem>;
export type WrittenBytes = z.infer<typeof Bytes>;

/** What hangs on one wire. */
export interface ModbusBus {
  readonly slaves?: readonly ModbusSlave[] | undefined;
  readonly loggers?: readonly ModbusLogger[] | undefined;
}

/** Slowest share of a period that one time-out may take from everybody else on the line. */
const SHARE_MOST = 0.2;

function checkBus(
  own: ModbusBus & { readonly timeoutMs?: number },
  ctx: z.RefinementCtx,
  path: PropertyKey[] = [],
): void {
  const say = (at: PropertyKey[], message: string): void =>
    ctx.addIssue({ code: 'custom', path: [...path, ...at], message });
  const { slaves = [], loggers = [], timeoutMs } = own;
  const devices = [
    ...slaves.map((device, i) => ({ device, at: ['slaves', i] as PropertyKey[] })),
    ...loggers.map((device, i) => ({ device, at: ['loggers', i] as PropertyKey[] })),
  ];
  if (devices.length === 0) say([], 'needs `slaves` or `loggers`: there is nothing to ask');
  const names = new Set<string>();
  for (const { device, at } of devices) {
    if (names.has(device.name)) say([...at, 'name'], `"${device.name}" is used twice on this line`);
    names.add(device.name);
  }
  const shortest = Math.min(...devices.map(({ device }) => device.every * 1_000));
  if (timeoutMs !== undefined && devices.length > 1 && timeoutMs > SHARE_MOST * shortest) {
    const most = String(Math.floor(SHARE_MOST * shortest));
    say(
      ['timeoutMs'],
      `must be ${most} at most, a fifth of the shortest \`every\`: one dead device would hold up the others`,
    );
  }
}

function checkModems(
  { modems, timeoutMs }: { readonly modems: readonly ModbusModem[]; readonly timeoutMs: number },
  ctx: z.RefinementCtx,
): void {
  const names = new Set<string>();
  const registrations = new Set<string>();
  modems.forEach((modem, i) => {
    const say = (key: string, message: string): void =>
      ctx.addIssue({ code: 'custom', path: ['modems', i, key], message });
    if (names.has(modem.name)) say('name', `"${modem.name}" is used twice`);
    names.add(modem.name);
    const registration = JSON.stringify(modem.registration);
    if (registrations.has(registration)) say('registration', 'is that of another modem: nobody could tell them apart');
    registrations.add(registration);
    checkBus({ slaves: modem.slaves, loggers: modem.loggers, timeoutMs }, ctx, ['modems', i]);
  });
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** What it reports, each with its place in the line. */
export function sensorsOfModbusLine(line: ModbusLine): readonly LineSensor[] {
  if (line.protocol !== 'rtu-over-tcp-listen') return sensorsOfBus(line, []);
  return line.modems.flatMap((modem, i) =>
    sensorsOfBus(modem, ['modems', i]).map((sensor) => ({
      ...sensor,
      device: `${modem.name}/${String(sensor.device)}`,
    })),
  );
}

function sensorsOfBus({ slaves = [], loggers = [] }: ModbusBus, path: readonly (string | number)[]): LineSensor[] {
  return [
    ...slaves.flatMap(({ name, points }, i) =>
      points.map(({ sensor }, j) => ({
        code: sensor,
        device: name,
        path: [...path, 'slaves', i, 'points', j, 'sensor'],
      })),
    ),
    ...loggers.flatMap(({ name, channels }, i) =>
      channels.flatMap((channel, j) =>
        (['frequency', 'temperature', 'amplitude'] as const).flatMap((key) => {
          const code = channel[key];
          return code === undefined ? [] : [{ code, device: name, path: [...path, 'loggers', i, 'channels', j, key] }];
        }),
      ),
    ),
  ];
}

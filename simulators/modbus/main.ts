import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { endOfProgram, refuse, reportReady } from '../child-process.ts';
import { callingModem, listeningBus, serialBus } from './bus.ts';
import type { SimulatedBus } from './bus.ts';
import { Script, scriptedDevices, scriptedFaults } from './script.ts';

const USAGE = `node simulators/modbus/main.ts --script FILE, and where its devices are found, one or more of:
  --tcp PORT              Modbus TCP
  --rtu-over-tcp PORT     serial frames, as behind a transparent converter
  --serial DEVICE         at a serial port, --baud N (9600)
  --call HOST:PORT        a modem that calls, and sends first --registration TEXT or hex:0A0B;
                          --heartbeat TEXT or hex:…, every --heartbeat-seconds S (30)
  --patience MS           what a late answer is late for (1000)`;

const Port = z.coerce.number().int().min(0).max(65_535).optional();
const Settings = z.object({
  script: z.string({ error: '--script FILE says what devices there are' }),
  tcp: Port,
  'rtu-over-tcp': Port,
  serial: z.string().optional(),
  baud: z.coerce.number().int().min(300).default(9_600),
  call: z
    .string()
    .regex(/^[^:]+:\d+$/, '--call must be HOST:PORT')
    .optional(),
  registration: z.string().default('SIMULATED'),
  heartbeat: z.string().optional(),
  'heartbeat-seconds': z.coerce.number().min(0.01).default(30),
  patience: z.coerce.number().min(1).default(1_000),
});

const say = (line: string): void => void process.stdout.write(`modbus: ${line}\n`);

function settings(): z.infer<typeof Settings> {
  const names = Object.keys(Settings.shape);
  try {
    const { values } = parseArgs({
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
        help: { type: 'boolean' },
      },
    });
    if ('help' in values) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    return Settings.parse(values);
  } catch (error) {
    return refuse('modbus', whatIsWrong(error));
  }
}

const whatIsWrong = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
    : (error as Error).message.replaceAll('\n', ' ');

const bytesOf = (text: string): Buffer =>
  text.startsWith('hex:') ? Buffer.from(text.slice(4).replaceAll(' ', ''), 'hex') : Buffer.from(text, 'latin1');

/** A chance from 0 up to 1, the same each time: mulberry32. */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const end = endOfProgram();
const set = settings();
const script = await readFile(set.script, 'utf8')
  .then((text) => Script.parse(parse(text)))
  .catch((error: unknown) => refuse('modbus', `--script ${set.script}: ${whatIsWrong(error)}`));
const draw = chances(script.seed);
const options = {
  devices: scriptedDevices(script),
  fault: scriptedFaults(script, draw),
  draw,
  patienceMs: set.patience,
};
const buses: SimulatedBus[] = [];
if (set.tcp !== undefined) {
  const bus = await listeningBus('tcp', set.tcp, options);
  say(`Modbus TCP at 127.0.0.1:${String(bus.port)}`);
  buses.push(bus);
}
if (set['rtu-over-tcp'] !== undefined) {
  const bus = await listeningBus('serial', set['rtu-over-tcp'], options);
  say(`serial frames at 127.0.0.1:${String(bus.port)}`);
  buses.push(bus);
}
if (set.serial !== undefined) {
  const bus = await serialBus(set.serial, set.baud, options).catch((error: unknown) =>
    refuse('modbus', whatIsWrong(error)),
  );
  say(`at ${set.serial}`);
  buses.push(bus);
}
if (set.call !== undefined) {
  const [host = '', port] = set.call.split(':');
  const heartbeat =
    set.heartbeat === undefined
      ? undefined
      : { bytes: bytesOf(set.heartbeat), everyMs: set['heartbeat-seconds'] * 1_000 };
  buses.push(
    callingModem({ ...options, host, port: Number(port), registration: bytesOf(set.registration), heartbeat }),
  );
  say(`calls ${set.call}`);
}
if (buses.length === 0) refuse('modbus', 'is nowhere to be found: --tcp, --rtu-over-tcp, --serial or --call');

reportReady({ ports: buses.map(({ port }) => String(port)).join(',') });
if (!end.aborted) await once(end, 'abort');
for (const bus of buses) await bus[Symbol.asyncDispose]();
// An IPC channel that the parent still holds open would keep this program alive.
process.exit(0);

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { endOfProgram, refuse, reportReady } from '../child-process.ts';
import { readPhoneBook } from './phone-book.ts';
import { Script } from './script.ts';
import { startCarrier } from './server.ts';
import { keepState, readState } from './state-file.ts';

const USAGE =
  'node simulators/carrier/main.ts [--script FILE] [--site FILE] [--state FILE] [--ring-seconds 30] [--talk-seconds 120] [--speaking-rate 6]';
const DEMO = fileURLToPath(new URL('../../config/sites/demo-pond.yaml', import.meta.url));
const Scripts = z.record(z.string().regex(/^\+\d{7,15}$/u), Script);

const Settings = z.object({
  CARRIER_PORT: z.coerce.number().int().min(0).max(65_535).default(4600),
  CARRIER_KEY: z.string().min(8).optional(),
  'ring-seconds': z.coerce.number().positive().max(3600).default(30),
  'talk-seconds': z.coerce.number().positive().max(3600).default(120),
  'speaking-rate': z.coerce.number().positive().default(6),
  script: z.string().optional(),
  site: z.string().optional(),
  state: z.string().optional(),
});

function settings(): z.infer<typeof Settings> {
  try {
    const { values } = parseArgs({
      options: {
        script: { type: 'string' },
        site: { type: 'string' },
        state: { type: 'string' },
        'ring-seconds': { type: 'string' },
        'talk-seconds': { type: 'string' },
        'speaking-rate': { type: 'string' },
      },
    });
    return Settings.parse({
      CARRIER_PORT: process.env['CARRIER_PORT'],
      CARRIER_KEY: process.env['CARRIER_KEY'],
      ...values,
    });
  } catch (error) {
    return refuse(
      'carrier',
      error instanceof z.ZodError
        ? oneLine(error)
        : `${(error as Error).message.replaceAll('\n', ' ')} Usage: ${USAGE}`,
    );
  }
}

const oneLine = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');

async function readOr<T>(what: string, file: string, read: (file: string) => Promise<T>): Promise<T> {
  try {
    return await read(file);
  } catch (error) {
    return refuse(
      'carrier',
      `${what} ${file}: ${error instanceof z.ZodError ? oneLine(error) : (error as Error).message}`,
    );
  }
}

const say = (line: string): void => void process.stdout.write(`carrier: ${line}\n`);
const end = endOfProgram();
const set = settings();
const key = set.CARRIER_KEY ?? randomBytes(24).toString('base64url');
const site = set.site ?? (existsSync(DEMO) ? DEMO : undefined);
const phoneBook = site === undefined ? [] : await readOr('--site', site, readPhoneBook);
const scripts =
  set.script === undefined
    ? {}
    : await readOr('--script', set.script, async (file) => Scripts.parse(parse(await readFile(file, 'utf8'))));
const stateFile = set.state;
const carrier = await startCarrier({
  earlier: stateFile === undefined ? null : readState(stateFile, say),
  port: set.CARRIER_PORT,
  key,
  phoneBook,
  ringMs: set['ring-seconds'] * 1000,
  talkMs: set['talk-seconds'] * 1000,
  speakingRate: set['speaking-rate'],
}).catch((error: unknown) =>
  refuse('carrier', `CARRIER_PORT ${String(set.CARRIER_PORT)}: ${(error as Error).message}`),
);
for (const [number, script] of Object.entries(scripts)) carrier.network.follow(number, script);
if (stateFile !== undefined) keepState(stateFile, carrier.network, say);

process.stdout.write(`carrier: simulated phones at ${carrier.url}/ (nobody is really called)\n`);
if (set.CARRIER_KEY === undefined) process.stdout.write(`carrier: CARRIER_KEY is not set; this run takes ${key}\n`);
reportReady({ url: carrier.url });
if (!end.aborted) await once(end, 'abort');
await carrier[Symbol.asyncDispose]();
// An IPC channel that the parent still holds open would keep this program alive.
process.exit(0);

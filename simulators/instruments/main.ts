import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { SiteConfig } from '../../src/contract/site-config.ts';
import { SECOND, instant } from '../../src/core/time.ts';
import { endOfProgram, refuse, reportReady } from '../child-process.ts';
import { feedLine, openFeed } from '../field/feed.ts';
import { startField } from '../field/field.ts';
import { heldValues } from '../field/held-values.ts';
import type { Measured } from '../field/measured.ts';
import { codesOnLines, parted } from './on-lines.ts';
import { Play } from './play.ts';
import type { DeviceRound } from './play.ts';
import { SCENARIOS, SCENARIO_NAMES } from './scenarios.ts';
import { telegramsOf } from './telegram.ts';
import { Transmitter } from './transmitter.ts';

const USAGE = `MQTT_URL=mqtt://… [MQTT_CA=FILE] node simulators/instruments/main.ts
  --site FILE        whose instruments to play (config/sites/demo-pond.yaml); the water is the demo pond's whatever the site
  --scenario NAME    ${SCENARIO_NAMES.join(', ')} (typhoon)
  --seed N           same seed, same values (1)
  --speed F          weather, water and slope run F times as fast (60: an hour in a minute); observedAt is real time at any speed
  --interval S       seconds between readings of every instrument (as the site says)
  --from H           hours into the scenario to begin at (0)
  --since EPOCHMS    when the scenario began: goes on where it is by now, however often this program was stopped
  --once             one reading of each sensor, then end
  --until-over       the scenario once, then end; else for ever
  --yield-to FILE    sends nothing while FILE was touched less than ten seconds ago: another program plays
  --devices LINE=PORT,…  devices at the site's lines of these names, there; what they measure is not published
  --feed PORT        where another program may say what these devices measure
  --play-to PORT     says it there: of the lines of --lines, in place of publishing
  --lines LINE,…     whose devices the program at --play-to has
  --print            the whole scenario at once, as JSON lines on standard output, to no broker
  --start TIME       observedAt of the first line of --print, ISO 8601 with a zone (now)`;
const DEMO = fileURLToPath(new URL('../../config/sites/demo-pond.yaml', import.meta.url));

const Port = z.coerce.number().int().min(1).max(65_535);

const Settings = z.object({
  MQTT_URL: z
    .url({
      protocol: /^(?:mqtts?|wss?|tcp|ssl)$/u,
      error: 'MQTT_URL must be the broker, such as mqtt://user:password@127.0.0.1:1883',
    })
    .nullable(),
  site: z.string().default(DEMO),
  scenario: z.enum(SCENARIO_NAMES, { error: `--scenario must be ${SCENARIO_NAMES.join(' or ')}` }).default('typhoon'),
  seed: z.coerce.number({ error: '--seed must be a whole number' }).int('--seed must be a whole number').default(1),
  speed: z.coerce
    .number({ error: '--speed must be above 0' })
    .positive('--speed must be above 0')
    .max(3600, '--speed must be 3600 at most')
    .default(60),
  interval: z.coerce
    .number({ error: '--interval must be seconds' })
    .min(0.01, '--interval must be 0.01 s or more')
    .max(86_400)
    .optional(),
  from: z.coerce
    .number({ error: '--from must be hours' })
    .nonnegative('--from must be hours, 0 or more')
    .max(10_000)
    .default(0),
  since: z.coerce
    .number({ error: '--since must be a moment, ms since 1970' })
    .int('--since must be a moment, ms since 1970')
    .nonnegative('--since must be a moment, ms since 1970')
    .optional(),
  once: z.boolean().default(false),
  'until-over': z.boolean().default(false),
  'yield-to': z.string().optional(),
  'devices': z
    .string()
    .regex(/^[a-z0-9-]+=\d{1,5}(,[a-z0-9-]+=\d{1,5})*$/, '--devices must be LINE=PORT, with commas between')
    .transform((text) => new Map(text.split(',').map((each) => each.split('=') as [string, string])))
    .optional(),
  'feed': Port.optional(),
  'play-to': Port.optional(),
  'lines': z
    .string()
    .transform((text) => new Set(text.split(',')))
    .optional(),
  'print': z.boolean().default(false),
  start: z.iso.datetime({ offset: true, error: '--start must be a time with a zone' }).optional(),
});
type Settings = z.infer<typeof Settings>;

const say = (line: string): void => void process.stdout.write(`instruments: ${line}\n`);

function settings(): Settings {
  try {
    const { values } = parseArgs({
      options: {
        site: { type: 'string' },
        scenario: { type: 'string' },
        seed: { type: 'string' },
        speed: { type: 'string' },
        interval: { type: 'string' },
        from: { type: 'string' },
        since: { type: 'string' },
        once: { type: 'boolean' },
        'until-over': { type: 'boolean' },
        'yield-to': { type: 'string' },
        'devices': { type: 'string' },
        'feed': { type: 'string' },
        'play-to': { type: 'string' },
        'lines': { type: 'string' },
        print: { type: 'boolean' },
        start: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    return Settings.parse({ MQTT_URL: values.print === true ? null : (process.env['MQTT_URL'] ?? ''), ...values });
  } catch (error) {
    return refuse(
      'instruments',
      error instanceof z.ZodError
        ? error.issues.map(({ message }) => message).join('; ')
        : (error as Error).message.replaceAll('\n', ' '),
    );
  }
}

async function readSite(file: string): Promise<SiteConfig> {
  try {
    return SiteConfig.parse(parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
        : (error as Error).message;
    return refuse('instruments', `--site ${file}: ${why}`);
  }
}

const playOf = (set: Settings, site: SiteConfig, round = 0): Play =>
  new Play({
    site,
    scenario: SCENARIOS[set.scenario],
    seed: set.seed,
    speed: set.speed,
    from: set.from,
    round,
    ...(set.interval !== undefined && { intervalMs: set.interval * SECOND }),
  });

/** Where what is measured goes. */
interface Outlets {
  readonly transmitter: Transmitter;
  /** Those that lines ask for, and who holds them; null: all is published. */
  readonly devices: { readonly onLines: ReadonlySet<string>; take(measured: Measured): void } | null;
}

function send(rounds: readonly DeviceRound[], site: SiteConfig, { transmitter, devices }: Outlets): void {
  const { held, published } = parted(rounds, devices?.onLines ?? new Set());
  devices?.take(held);
  transmitter.take(published.flatMap((each) => telegramsOf(site, each)));
}

/** Plays round by round of real time until the end. A computer that slept goes on where the weather was, without a burst. */
async function measure(set: Settings, site: SiteConfig, outlets: Outlets, end: AbortSignal): Promise<void> {
  // A clock that was set back does not begin before the beginning.
  const gone = set.since === undefined ? 0 : Math.max(0, Date.now() - set.since);
  const { roundMs } = playOf(set, site);
  const play = playOf(set, site, Math.floor(gone / roundMs));
  let due = Date.now();
  while (!end.aborted && !(set['until-over'] && play.isOver)) {
    const rounds = play.measure(instant(Date.now()));
    if (!(await isHeld(set['yield-to']))) send(rounds, site, outlets);
    if (set.once) return;
    due = Math.max(due + roundMs, Date.now());
    await pause(due - Date.now(), undefined, { signal: end }).catch(() => {});
  }
}

/** Longer than whoever plays instead lets pass between two touches. */
const HELD_FOR = 10 * SECOND;

/** Whether another program plays instead of this one. */
async function isHeld(file: string | undefined): Promise<boolean> {
  if (file === undefined) return false;
  const touched = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => -Infinity,
  );
  return Math.abs(Date.now() - touched) < HELD_FOR;
}

/** One line a telegram; its end is that of the scenario. */
function print(set: Settings, site: SiteConfig): void {
  const play = playOf(set, site);
  let at = set.start === undefined ? Date.now() : Date.parse(set.start);
  for (; !play.isOver; at += play.roundMs)
    for (const { topic, payload } of play.next(instant(at)))
      process.stdout.write(`${JSON.stringify({ topic, payload: JSON.parse(payload) as unknown })}\n`);
}

/** Who holds what lines ask for: devices of our own, or those of another program. Ours are started beside the weather. */
function devicesOf(stack: AsyncDisposableStack): Outlets['devices'] {
  const { devices, feed, 'play-to': playTo, lines } = set;
  if (playTo !== undefined) {
    const line = stack.use(feedLine(playTo));
    return { onLines: codesOnLines(site, (name) => lines?.has(name) ?? true), take: (measured) => line.take(measured) };
  }
  if (devices === undefined) return null;
  const held = heldValues();
  const take = (measured: Measured): void => held.take(measured, Date.now());
  const ports = new Map([...devices].map(([name, port]) => [name, Number(port)]));
  const begin = async (): Promise<void> => {
    if (feed !== undefined) stack.use(await openFeed(feed, take));
    stack.use(await startField({ lines: site.acquire ?? [], ports, held, say }));
  };
  begin().catch((error: unknown) => refuse('instruments', (error as Error).message));
  return { onLines: codesOnLines(site, (name) => ports.has(name)), take };
}

const end = endOfProgram();
const set = settings();
const site = await readSite(set.site);
if (set.MQTT_URL === null) {
  // Whoever reads may have enough (`| head`).
  process.stdout.on('error', () => process.exit(0));
  print(set, site);
  // The channel to a parent would keep it alive; what is written is still to be read.
  if (process.connected) process.disconnect();
} else {
  const ca = process.env['MQTT_CA'] ? await readFile(process.env['MQTT_CA']) : undefined;
  const transmitter = new Transmitter({ url: set.MQTT_URL, ca, say });
  say(
    `simulated ${set.scenario} at ${site.site}, seed ${String(set.seed)}, ${String(set.speed)} times as fast as real weather`,
  );
  reportReady();
  await using stack = new AsyncDisposableStack();
  await measure(set, site, { transmitter, devices: devicesOf(stack) }, end);
  if (set.once || set['until-over'])
    await Promise.race([transmitter.sent(), new Promise((resolve) => end.addEventListener('abort', resolve))]);
  await transmitter[Symbol.asyncDispose]();
  process.exit(0);
}

import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { SiteConfig } from '../../src/contract/site-config.ts';
import { HOUR, SECOND, instant } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { endOfProgram, refuse, reportReady } from '../child-process.ts';
import { DEMO_POND, advance, measured, pondAt, truth } from './pond.ts';
import { SCENARIOS } from './storm.ts';
import { telegrams } from './telegram.ts';
import { Transmitter } from './transmitter.ts';

const USAGE = `MQTT_URL=mqtt://… node simulators/instruments/main.ts
  --site FILE        whose sensors to play (config/sites/demo-pond.yaml); elevations are the demo pond's whatever the site
  --scenario NAME    storm (default) or quiet
  --seed N           same seed, same values (1)
  --speed F          weather and water run F times as fast (90: an hour in 40 s); observedAt is real time at any speed
  --interval S       seconds between readings (the shortest of the site's sensors)
  --from H           hours into the scenario to begin at (0)
  --since EPOCHMS    when the scenario began: goes on where it is by now, however often this program was stopped
  --once             one reading of each sensor, then end`;
const DEMO = fileURLToPath(new URL('../../config/sites/demo-pond.yaml', import.meta.url));

const Settings = z.object({
  MQTT_URL: z.url({
    protocol: /^(?:mqtts?|wss?|tcp|ssl)$/u,
    error: 'MQTT_URL must be the broker, such as mqtt://user:password@127.0.0.1:1883',
  }),
  site: z.string().default(DEMO),
  scenario: z.enum(SCENARIOS, { error: `--scenario must be ${SCENARIOS.join(' or ')}` }).default('storm'),
  seed: z.coerce.number({ error: '--seed must be a whole number' }).int('--seed must be a whole number').default(1),
  speed: z.coerce
    .number({ error: '--speed must be above 0' })
    .positive('--speed must be above 0')
    .max(3600, '--speed must be 3600 at most')
    .default(90),
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
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    return Settings.parse({ MQTT_URL: process.env['MQTT_URL'], ...values });
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

/** Reads the pond every interval of real time until the end. A computer that slept goes on where the weather was, without a burst. */
async function measure(set: Settings, site: SiteConfig, transmitter: Transmitter, end: AbortSignal): Promise<void> {
  const intervalMs: DurationMs =
    (set.interval ?? Math.min(...site.sensors.map(({ intervalSeconds }) => intervalSeconds))) * SECOND;
  // A clock that was set back does not begin before the beginning.
  const gone = set.since === undefined ? 0 : Math.max(0, Date.now() - set.since);
  const first = Math.floor(gone / intervalMs);
  const weather = (reading: number): DurationMs => set.from * HOUR + reading * intervalMs * set.speed;
  let state = pondAt(DEMO_POND, set.scenario, set.seed, weather(Math.max(0, first - 1)));
  let due = Date.now();
  for (let reading = first; !end.aborted; reading++) {
    const since = state.at;
    state = advance(DEMO_POND, set.scenario, set.seed, state, weather(reading));
    const seen = measured(set.seed, reading, truth(DEMO_POND, set.scenario, set.seed, since, state));
    transmitter.take(telegrams(site, seen, instant(Date.now())));
    if (set.once) return;
    due = Math.max(due + intervalMs, Date.now());
    await pause(due - Date.now(), undefined, { signal: end }).catch(() => {});
  }
}

const end = endOfProgram();
const set = settings();
const site = await readSite(set.site);
const transmitter = new Transmitter({ url: set.MQTT_URL, say });
say(
  `simulated ${set.scenario} at ${site.site}, seed ${String(set.seed)}, ${String(set.speed)} times as fast as real weather`,
);
reportReady();
await measure(set, site, transmitter, end);
if (set.once)
  await Promise.race([transmitter.sent(), new Promise((resolve) => end.addEventListener('abort', resolve))]);
await transmitter[Symbol.asyncDispose]();
process.exit(0);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat, writeFile } from 'node:fs/promises';
import { DEMO_LINES, demoFeed, heldFile, instrumentsUrl, openDataDir } from '../app/embedded-parts.ts';
import { outside, simulatorProgram } from '../app/programs.ts';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import { hostClock } from '../platform/clock.ts';
import { settingFilesRead } from '../platform/settings.ts';
import type { Environment } from '../platform/settings.ts';

/** As they were written; the simulator says what they may be. */
interface Options {
  readonly scenario?: string | undefined;
  readonly seed?: string | undefined;
  readonly speed?: string | undefined;
  readonly site?: string | undefined;
  readonly print?: boolean | undefined;
}

interface SimulatePorts {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/**
 * `simulate` plays a scenario once, in place of the demo's own instruments, which hold still meanwhile; with `--print` it
 * writes the scenario's messages and needs nothing that runs. Gives the exit code of the simulator.
 * @throws AppError `config/setting` when there is no broker to play to
 */
export async function simulateCommand(options: Options, { env, signal }: SimulatePorts): Promise<number> {
  const given = (['scenario', 'seed', 'speed', 'site'] as const).flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  if (options.print === true) return run([...given, '--print'], outside(env), signal);

  const url = await instrumentsUrl(settingFilesRead(env));
  if (url === null)
    throw new AppError(
      'config/setting',
      'nothing has been started on DATA_DIR yet: run npm start first, or set MQTT_URL to the broker',
    );
  const feed = env['MQTT_URL'] ? null : await demoFeed(env);
  const playTo = feed === null ? [] : ['--play-to', String(feed), '--lines', DEMO_LINES.join(',')];
  await using held = await hold(heldFile(await openDataDir(env)));
  return await run(
    [...given, '--until-over', ...playTo],
    { ...outside(env), MQTT_URL: url, MQTT_CA: env['MQTT_CA'] },
    held.until(signal),
  );
}

/** The simulator, speaking to our own terminal, until it ends or is told to. */
async function run(args: readonly string[], env: Environment, signal: AbortSignal): Promise<number> {
  const program = simulatorProgram('instruments', env, args);
  const child = spawn(process.execPath, [program.file, ...program.args], {
    env: program.env,
    // Its end of the channel tells it when we are gone.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const stop = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const [code] = (await once(child, 'exit')) as [number | null];
  signal.removeEventListener('abort', stop);
  return code ?? 1;
}

/** The demo's instruments hold still for 10 s after a touch: a crash of ours does not silence them. */
const TOUCH_EVERY = 2 * SECOND;
const HELD_FOR = 10 * SECOND;

/** Keeps the file fresh until it is disposed of. @throws AppError `config/setting` while another does */
async function hold(file: string): Promise<AsyncDisposable & { until: (signal: AbortSignal) => AbortSignal }> {
  const touched = await stat(file).catch(() => null);
  if (touched !== null && Math.abs(hostClock().now() - touched.mtimeMs) < HELD_FOR)
    throw new AppError(
      'config/setting',
      'a scenario is played already: stop that first (or wait 10 s, if it was killed)',
    );
  const failed = new AbortController();
  const touch = (): Promise<void> => writeFile(file, '');
  await touch();
  const timer = setInterval(() => {
    // Two that play at once would be worse than none.
    touch().catch((error: unknown) => {
      failed.abort(error);
    });
  }, TOUCH_EVERY);
  return {
    until: (signal) => AbortSignal.any([signal, failed.signal]),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await rm(file, { force: true });
    },
  };
}

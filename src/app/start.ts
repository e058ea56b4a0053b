import { once } from 'node:events';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import { brokerTrust } from '../platform/broker-trust.ts';
import { readCertificate } from '../platform/certificate.ts';
import { expectOwnAddress } from '../platform/free-port.ts';
import { takeLock } from '../platform/instance-lock.ts';
import { tellReady } from '../platform/lifeline.ts';
import { openLogFile } from '../platform/log-file.ts';
import type { LogFile } from '../platform/log-file.ts';
import { reachBroker } from '../platform/reach-broker.ts';
import { secret } from '../platform/secrets.ts';
import { httpUrl, readSettings, settingFilesRead } from '../platform/settings.ts';
import type { Environment, Settings } from '../platform/settings.ts';
import { supervisor } from '../platform/supervisor.ts';
import type { Program, Supervisor } from '../platform/supervisor.ts';
import { setupLink } from '../cli/setup.ts';
import { DEMO_LINES, doorKeeper, heldFile, openDataDir } from './embedded-parts.ts';
import type { DoorKeeper } from './embedded-parts.ts';
import { demoBegan, prepareDatabase } from './first-start.ts';
import { startPostgres } from './own-database.ts';
import { outside, serviceProgram, simulatorProgram } from './programs.ts';
import { rememberPublicUrl } from './running-start.ts';

interface StartOptions {
  readonly env: Environment;
  /** With the demo pond and simulated phones. */
  readonly demo: boolean;
  readonly signal: AbortSignal;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/**
 * Everything on one machine, until `signal`: what the settings do not name is embedded, with its data under
 * DATA_DIR. Whatever was started is stopped again when it ends, for whatever reason, within 5 s.
 */
export async function runStart({ env: given, demo, signal }: StartOptions): Promise<void> {
  const settings = await checkSettings(given);
  const env = settingFilesRead(given);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => {
    if (signal.aborted) say(`Tailwatch has stopped (${reasonOf(signal)}).`);
  });
  const dataDir = await openDataDir(env);
  const lock = await takeLock(join(dataDir, 'tailwatch.lock'));
  if ('heldBy' in lock) {
    throw new AppError(
      'config/setting',
      `Tailwatch runs already on DATA_DIR "${dataDir}" (process ${String(lock.heldBy)}): stop it first, or set another DATA_DIR`,
    );
  }
  stack.use(lock);
  // Said now or never: nobody looks into the judge's log while the page runs and no reading comes.
  const trust = brokerTrust({ ca: env['MQTT_CA'], cert: env['MQTT_CERT'], key: env['MQTT_KEY'] });
  if (env['MQTT_URL']) await reachBroker(env['MQTT_URL'], { trust, withinMs: 10 * SECOND, signal });
  const doors = await doorKeeper(dataDir);
  const isOurs = !env['DATABASE_URL'];
  const { databaseUrl, databaseOwnerUrl } = isOurs
    ? await startPostgres(stack, { dataDir, doors, signal, say })
    : settings;
  if (signal.aborted) return;
  const urls = { DATABASE_URL: databaseUrl, DATABASE_OWNER_URL: databaseOwnerUrl ?? undefined };
  const house = await furnish({ env: { ...env, ...urls }, demo, dataDir, doors });
  const { setupCode, sites, notice } = await prepareDatabase(house.settings, { demo, isOurs, signal, tell: say });
  if (notice !== null) say(notice);
  if (signal.aborted) return;
  const programs = startSupervisor(stack, dataDir);
  if (!(await startPrograms(programs, house.programs, signal))) return;
  say(banner(house, { demo, sites, dataDir, setupCode }));
  tellReady();
  process.on('SIGHUP', programs.hangUp);
  if (!signal.aborted) await once(signal, 'abort');
  process.off('SIGHUP', programs.hangUp);
  say('\nStopping ...');
}

const reasonOf = (signal: AbortSignal): string =>
  signal.reason instanceof Error ? signal.reason.message : 'it was told to';

/** Every fault of what is set, before anything is started; what is not set will be embedded. */
async function checkSettings(env: Environment): Promise<Settings> {
  const isOwnDatabase = env['DATABASE_URL'] || env['DATABASE_URL_FILE'];
  const given = isOwnDatabase ? env : { ...env, DATABASE_URL: 'postgresql://127.0.0.1/tailwatch' };
  const settings = readSettings(given);
  const { host, mqttListen, mqttTlsListen, mqttUrl, tls } = settings;
  if (tls !== null) readCertificate(tls);
  await expectOwnAddress(host, 'HOST');
  if (mqttListen !== null && mqttUrl === null) await expectOwnAddress(mqttListen.host, 'MQTT_LISTEN');
  if (mqttTlsListen !== null) await expectOwnAddress(mqttTlsListen.host, 'MQTT_TLS_LISTEN');
  return settings;
}

interface House {
  readonly settings: Settings;
  readonly programs: readonly Program[];
  /** Of the simulated phones' page. */
  readonly carrierUrl: string | null;
  /** How an instrument reaches the broker. */
  readonly instruments: string;
}

/** Decides which parts are embedded, on which ports and with which passwords. Starts nothing. */
async function furnish(options: {
  env: Environment;
  demo: boolean;
  dataDir: string;
  doors: DoorKeeper;
}): Promise<House> {
  const { demo, dataDir, doors } = options;
  const env: Record<string, string | undefined> = { ...options.env, DATA_DIR: dataDir };
  const given = readSettings(env);
  const fixed = env['PORT'] ? { port: given.port, setting: 'PORT' } : undefined;
  env['PORT'] = String(await doors.choose('http', given.host, fixed));
  let samplesUrl = env['MQTT_URL'] ?? '';
  let instrumentsDoor = 'through the broker of MQTT_URL';
  if (!env['MQTT_URL']) {
    const listen = given.mqttListen;
    const listenFixed = listen === null ? undefined : { port: listen.port, setting: 'MQTT_LISTEN' };
    const host = listen?.host ?? '127.0.0.1';
    const port = String(await doors.choose('mqtt', host, listenFixed));
    const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    env['MQTT_PASSWORD'] ||= await secret(dataDir, 'mqtt-password');
    const kept = env['MQTT_DEVICE_PASSWORD']
      ? 'that of MQTT_DEVICE_PASSWORD'
      : `in ${join(dataDir, 'secrets', 'mqtt-device-password')}`;
    instrumentsDoor = `mqtt://${local}:${port}, user instruments, password ${kept}`;
    env['MQTT_ACQUIRE_PASSWORD'] ||= await secret(dataDir, 'mqtt-acquire-password');
    env['ACQUIRE_MQTT_URL'] = `mqtt://acquire:${encodeURIComponent(env['MQTT_ACQUIRE_PASSWORD'])}@${local}:${port}`;
    env['MQTT_DEVICE_PASSWORD'] ||= await secret(dataDir, 'mqtt-device-password');
    env['MQTT_LISTEN'] = `${host}:${port}`;
    env['MQTT_URL'] = `mqtt://tailwatch:${encodeURIComponent(env['MQTT_PASSWORD'])}@${local}:${port}`;
    samplesUrl = `mqtt://instruments:${encodeURIComponent(env['MQTT_DEVICE_PASSWORD'])}@${local}:${port}`;
  }
  env['SECRET_KEY'] ||= await secret(dataDir, 'secret-key');
  // One process of this house, on one disk: it is the one that calls when there is no database.
  env['DARK_CALLER'] ||= 'true';
  if (env['DARK_CALLER'] === 'true') {
    const listen = given.dark?.listen;
    const darkFixed = listen === undefined ? undefined : { port: listen.port, setting: 'DARK_LISTEN' };
    const host = listen?.host ?? '127.0.0.1';
    env['DARK_LISTEN'] = `${host}:${String(await doors.choose('dark', host, darkFixed))}`;
  }
  const simulators: Program[] = [];
  let carrierUrl: string | null = null;
  if (demo && !env['CARRIER_URL'] && !env['CARRIERS_FILE']) {
    const port = String(await doors.choose('carrier', '127.0.0.1'));
    env['CARRIER_KEY'] ||= await secret(dataDir, 'carrier-key');
    env['CARRIER_URL'] = carrierUrl = `http://127.0.0.1:${port}`;
    simulators.push(
      simulatorProgram('carrier', { ...outside(env), CARRIER_PORT: port, CARRIER_KEY: env['CARRIER_KEY'] }, [
        '--state',
        join(dataDir, 'demo-phones.json'),
      ]),
    );
  }
  const devices: string[] = [];
  if (demo) {
    const chosen = await demoPorts(doors);
    env['ACQUIRE_PORTS'] ||= chosen.map(([line, port]) => `demo-pond/${line}=${String(port)}`).join(',');
    const feed = String(await doors.choose('demo-feed', '127.0.0.1'));
    devices.push('--devices', chosen.map(([line, port]) => `${line}=${String(port)}`).join(','), '--feed', feed);
  }
  await doors.remember();
  const settings = readSettings(env, { broker: true });
  await rememberPublicUrl(dataDir, settings.publicUrl);
  const service = (['judge', 'acquire', 'alert', 'gateway'] as const).map((name) => serviceProgram(name, env));
  const instruments = demo
    ? [
        simulatorProgram('instruments', { ...outside(env), MQTT_URL: samplesUrl, MQTT_CA: env['MQTT_CA'] }, [
          '--since',
          String(await demoBegan(dataDir)),
          '--yield-to',
          heldFile(dataDir),
          ...devices,
        ]),
      ]
    : [];
  return {
    settings,
    // Who is asked stands before who asks.
    programs: [...simulators, ...instruments, ...service],
    carrierUrl,
    instruments: instrumentsDoor,
  };
}

/** A free port for the devices of each line of the demo. */
async function demoPorts(doors: DoorKeeper): Promise<(readonly [string, number])[]> {
  const chosen: (readonly [string, number])[] = [];
  for (const line of DEMO_LINES) chosen.push([line, await doors.choose(line, '127.0.0.1')]);
  return chosen;
}

function startSupervisor(stack: AsyncDisposableStack, dataDir: string): Supervisor {
  const logs = new Map<string, LogFile>();
  const programs = supervisor({
    tell: (event) => {
      if (event.type === 'ended')
        say(
          `${event.name} ended (${event.how}): starting it again. Its log: ${join(dataDir, 'logs', `${event.name}.log`)}`,
        );
    },
    output: (name, chunk) => {
      const log = logs.get(name) ?? openLogFile(join(dataDir, 'logs', `${name}.log`));
      logs.set(name, log);
      log.write(chunk);
    },
  });
  stack.defer(() => programs.stop());
  return programs;
}

/** One after the other, each when the one before is ready; false when told to stop meanwhile. */
async function startPrograms(programs: Supervisor, list: readonly Program[], signal: AbortSignal): Promise<boolean> {
  const aborted = once(signal, 'abort').then(() => 'aborted' as const);
  for (const program of list) {
    if (signal.aborted) return false;
    const outcome = await Promise.race([programs.start(program).catch((error: unknown) => error as Error), aborted]);
    if (outcome === 'aborted') return false;
    if (outcome instanceof Error) throw new AppError('process/not-started', outcome.message);
    say(`${program.name} is ready`);
  }
  return true;
}

interface Found {
  readonly demo: boolean;
  readonly sites: number;
  readonly dataDir: string;
  readonly setupCode: string | null;
}

function banner({ settings, carrierUrl, instruments }: House, { demo, sites, dataDir, setupCode }: Found): string {
  const address = httpUrl(settings.host, settings.port, settings.tls !== null);
  const rows = [
    ['Open', setupCode === null ? address : setupLink(address, setupCode)],
    ...(setupCode === null
      ? []
      : [['', 'this link makes the first administrator, once; "tailwatch setup" prints another']]),
    ...(carrierUrl === null ? [] : [['Phones', `simulated, nobody is really called: ${carrierUrl}/`]]),
    ...(settings.carrierUrl === null && settings.carriersFile === null
      ? [['Phones', 'none: nobody can be called until CARRIER_URL is set']]
      : []),
    ['Instruments', instruments],
    ...(sites === 0 ? [['Sites', 'none yet: npm run -s tailwatch -- site apply FILE']] : []),
    ['Data, logs', dataDir],
    ...(demo ? [] : [['Demo', 'off']]),
  ];
  return `\nTailwatch is running. Ctrl-C stops it.\n\n${rows.map(([what = '', how = '']) => `  ${what.padEnd(13)}${how}`).join('\n')}\n`;
}

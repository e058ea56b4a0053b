import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from './eventually.ts';

const CONFIG = path.resolve(import.meta.dirname, '../../config');

/** The service, and one who may publish anything, as tests like it; each has its name as its password. */
export type BrokerUser = 'tailwatch' | 'instruments';

/** A real mosquitto under the configuration that we ship, on a port and in a folder of its own. */
export interface Mosquitto extends AsyncDisposable {
  readonly port: number;
  /** Without a user. */
  readonly url: string;
  urlOf(user: BrokerUser): string;
  /** Ends it as a service manager does: it saves its sessions first. */
  stop(): Promise<void>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
  /** Has it read its password and access files anew. */
  hangUp(): void;
  /** Starts it again on the same port, with what it has saved. */
  start(): Promise<void>;
}

interface MosquittoOptions {
  /** Of both users. */
  readonly password?: string;
  /** Lines of its configuration besides: of the listener. */
  readonly listener?: readonly string[];
  /** A folder with the files of `device export`, in place of those two users. */
  readonly exported?: string;
}

/** Starts mosquitto and waits until it accepts connections. Throws when it is not installed (`.ci/run` installs it). */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const { password } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-mosquitto-'));
  const port = await freePort();
  const config = await writeConfig(folder, port, options);
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const started = spawn('mosquitto', ['-c', config], { stdio: 'ignore', env: sbinToo() });
    let failure: Error | null = null;
    started.on('error', (error) => (failure = error));
    child = started;
    await eventually(async () => failure !== null || started.exitCode !== null || (await accepts(port)), {
      what: 'mosquitto accepting connections',
    });
    if (failure !== null || started.exitCode !== null) throw failure ?? new Error('mosquitto ended at its start');
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  await start();
  return {
    port,
    url: `mqtt://127.0.0.1:${String(port)}`,
    urlOf: (user) => `mqtt://${user}:${encodeURIComponent(password ?? user)}@127.0.0.1:${String(port)}`,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start,
    hangUp: () => void child?.kill('SIGHUP'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The shipped files with this run's port and places; every limit stays as it is. */
async function writeConfig(folder: string, port: number, options: MosquittoOptions): Promise<string> {
  const { exported, listener = [] } = options;
  await mkdir(path.join(folder, 'data'));
  if (exported === undefined) await writeUsers(folder, options.password);
  const files = exported ?? folder;

  const here: Readonly<Record<string, string>> = {
    listener: `${String(port)} 127.0.0.1`,
    persistence_location: `${path.join(folder, 'data')}/`,
    password_file: path.join(files, 'passwords'),
    acl_file: path.join(files, 'acl'),
  };
  const shipped = await readFile(path.join(CONFIG, 'mosquitto.conf'), 'utf8');
  const lines = shipped.split('\n').map((line) => {
    const [key = ''] = line.split(' ');
    return Object.hasOwn(here, key) ? `${key} ${here[key] ?? ''}` : line;
  });
  lines.splice(lines.findIndex((line) => line.startsWith('listener ')) + 1, 0, ...listener);
  // As root it would become the user `mosquitto`, who may not enter this folder.
  if (process.getuid?.() === 0) lines.push('user root');
  const config = path.join(folder, 'mosquitto.conf');
  await writeFile(config, lines.join('\n'));
  return config;
}

async function writeUsers(folder: string, password?: string): Promise<void> {
  const passwords = path.join(folder, 'passwords');
  await writeFile(passwords, '', { mode: 0o600 });
  for (const user of ['tailwatch', 'instruments'])
    await promisify(execFile)('mosquitto_passwd', ['-b', passwords, user, password ?? user], { env: sbinToo() });
  const shipped = await readFile(path.join(CONFIG, 'mosquitto.acl'), 'utf8');
  const anything = ['user instruments', 'topic deny tailwatch/#', 'topic write #', 'topic write $dp'].join('\n');
  await writeFile(path.join(folder, 'acl'), `${shipped}\n${anything}\n`, { mode: 0o600 });
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', tell(true)).once('error', tell(false));
  });

/** Debian keeps mosquitto where an ordinary user's PATH does not look. */
const sbinToo = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` });

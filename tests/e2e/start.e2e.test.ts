import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withEmbeddedDatabase } from '../../src/app/embedded-parts.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import { testDatabase } from '../support/test-database.ts';
import { refusedStart, wholeStart } from '../support/whole-start.ts';
import type { WholeStart } from '../support/whole-start.ts';

const TREE = fileURLToPath(new URL('../..', import.meta.url));
const TAILWATCH = join(TREE, 'scripts', 'tailwatch.mjs');
const NOBODY = 65534;
const linux = process.platform === 'linux';
const root = process.getuid?.() === 0;
const { url: databaseUrl, db } = await testDatabase();

let dataDir = '';
let running: WholeStart | null = null;
const servers: Server[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tailwatch-start-'));
  // As after an earlier start; the usual ports may be wanted by somebody else on this machine at the same moment.
  const ports = { http: 0, mqtt: 0, postgres: 0, carrier: 0 };
  for (const door of ['http', 'mqtt', 'postgres', 'carrier'] as const) ports[door] = await freePort();
  await writeFile(join(dataDir, 'ports.json'), JSON.stringify(ports));
});
afterEach(async () => {
  await running?.killAll();
  running = null;
  for (const server of servers.splice(0)) server.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof wholeStart>[0]> = {}): Promise<WholeStart> {
  running = await wholeStart({ dataDir, ...options });
  return running;
}

async function signIn(url: string, password: string | null): Promise<string> {
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'operator', password }),
  });
  if (!response.ok) throw new Error(`sign-in: ${String(response.status)} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** Codes of sensors that have a reading. */
async function withReading(url: string, cookie: string): Promise<string[]> {
  const response = await fetch(`${url}/api/sites/demo-pond/overview`, { headers: { cookie } });
  const { sensors } = (await response.json()) as { sensors: { code: string; newest: object | null }[] };
  return sensors.filter(({ newest }) => newest !== null).map(({ code }) => code);
}
/** What comes by Modbus TCP, a modem that is dialled, one that calls, OPC UA, and MQTT. */
const BY_EACH_WAY = ['pond-level', 'piezo-1-1-level', 'piezo-3-1-level', 'beach-seen', 'rain-1h'];

async function newestReading(url: string, cookie: string): Promise<number> {
  const response = await fetch(`${url}/api/sites/demo-pond/overview`, { headers: { cookie } });
  const { sensors } = (await response.json()) as { sensors: { newest: { observedAt: number } | null }[] };
  return Math.max(0, ...sensors.map(({ newest }) => newest?.observedAt ?? 0));
}

const tailwatch = (...args: string[]) =>
  promisify(execFile)(process.execPath, [TAILWATCH, ...args], { env: { ...process.env, DATA_DIR: dataDir } });

/** As whom the service works in its embedded database. */
async function usersOfService(): Promise<string[]> {
  const { DATABASE_OWNER_URL } = await withEmbeddedDatabase({ DATA_DIR: dataDir });
  const owner = new pg.Client({ connectionString: DATABASE_OWNER_URL });
  await owner.connect();
  const { rows } = await owner.query<{ user: string }>(
    `select distinct usename as user from pg_stat_activity where application_name like 'tailwatch %'`,
  );
  await owner.end();
  return rows.map(({ user }) => user);
}

async function occupy(port = 0): Promise<number> {
  const server = createServer();
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test.runIf(linux)(
  'a first start shows a live pond, Ctrl-C leaves nothing, a second start keeps everything',
  async () => {
    const first = await start();
    const cookie = await signIn(first.url, first.password);
    const seen = await eventually(() => newestReading(first.url, cookie), { what: 'the first reading' });
    const byEachWay = async () => {
      const codes = await withReading(first.url, cookie);
      return BY_EACH_WAY.every((code) => codes.includes(code));
    };
    await eventually(byEachWay, { what: 'a reading by each protocol', withinMs: 60_000 });
    expect(await (await fetch(first.url)).text()).toContain('<!doctype html>');
    expect(first.output()).toContain('simulated, nobody is really called');
    const second = await refusedStart({ dataDir });
    expect(second).toEqual({
      code: 1,
      lines: [expect.stringContaining('Tailwatch runs already on DATA_DIR') as string],
    });
    expect((await tailwatch('account', 'add', 'chief', '--role', 'operator')).stdout).toMatch(
      /^Account "chief" .*: \S{10,}\n$/,
    );
    expect((await tailwatch('site', 'export', 'demo-pond')).stdout).toContain('site: demo-pond');
    expect(await usersOfService()).toEqual(['tailwatch_app']);
    expect((await tailwatch('verify')).stdout).toContain('The audit is whole');
    await first.stop();

    const again = await start();
    expect(again.password).toBeNull();
    expect(again.url).toBe(first.url);
    expect(await newestReading(again.url, await signIn(again.url, first.password))).toBeGreaterThanOrEqual(seen);
    await again.stop();
  },
);

test.runIf(linux)('an instrument can be connected with what start prints', async () => {
  const run = await start();
  const [, at, passwordFile] = /Instruments +(mqtt:\S+), user instruments, password in (\S+)/.exec(run.output()) ?? [];
  const password = (await readFile(passwordFile ?? '', 'utf8')).trim();
  const url = (at ?? '').replace('//', `//instruments:${password}@`);
  await using instrument = await connectInstrument(url);
  await instrument.publish('ponds/nowhere', '{}');
  await run.stop();
});

test.runIf(linux)('after kill -9 of every process the next start recovers by itself', async () => {
  const first = await start();
  const cookie = await signIn(first.url, first.password);
  const seen = await eventually(() => newestReading(first.url, cookie), { what: 'the first reading' });
  const weather = await readFile(join(dataDir, 'demo-began'), 'utf8');
  await first.killAll();

  const again = await start();
  expect(await readFile(join(dataDir, 'demo-began'), 'utf8')).toBe(weather);
  expect(JSON.parse(await readFile(join(dataDir, 'demo-phones.json'), 'utf8'))).toHaveProperty('calls');
  expect(again.url).toBe(first.url);
  const anew = await signIn(again.url, first.password);
  await eventually(async () => (await newestReading(again.url, anew)) > seen, { what: 'a reading after the recovery' });

  // A crash of ours leaves a living PostgreSQL on its port: the next start takes both back.
  process.kill(await processNamed(await again.processes(), 'start'), 'SIGKILL');
  const postgres = async () => processNamed(await again.processes(), join(dataDir, 'postgres'));
  await eventually(async () => (await again.processes()).length === 1 && (await postgres()) > 0, {
    what: 'PostgreSQL being the only one left',
  });
  const third = await start();
  const port = /PostgreSQL runs on \S+/;
  expect(port.exec(third.output())?.[0]).toBe(port.exec(again.output())?.[0]);
  await third.stop();
});

test.runIf(linux)(
  'when the first process is killed the others notice; when one of the others is killed it comes back',
  async () => {
    const run = await start();
    const before = await run.processes();
    const judge = await processNamed(before, 'judge');
    process.kill(judge, 'SIGKILL');
    await eventually(
      async () => !(await run.processes()).includes(judge) && (await processNamed(await run.processes(), 'judge')) > 0,
      {
        what: 'another judge',
      },
    );
    const postgres = await processNamed(await run.processes(), join(dataDir, 'postgres'));
    process.kill(postgres, 'SIGKILL');
    await eventually(() => run.output().includes('PostgreSQL runs again'), { what: 'PostgreSQL again' });
    await eventually(async () => (await fetch(`${run.url}/readyz`)).ok, { what: 'a ready gateway', withinMs: 60_000 });
    await run.killFirst();
  },
);

test.runIf(linux)('without the demo there are no simulators and no site; busy ports are passed by', async () => {
  // Held here unless somebody else holds them already: busy either way.
  await rm(join(dataDir, 'ports.json'));
  for (const port of [8080, 1883, 15432]) await occupy(port).catch(() => {});
  const run = await start({ args: ['--no-demo'] });
  expect(run.url).not.toContain(':8080');
  expect(run.output()).toContain('nobody can be called until CARRIER_URL is set');
  expect(await processNamed(await run.processes(), 'simulators')).toBe(0);
  const cookie = await signIn(run.url, run.password);
  expect(await (await fetch(`${run.url}/api/sites`, { headers: { cookie } })).json()).toEqual([]);
  await run.stop();
});

test.runIf(linux)('DATABASE_URL and PORT replace the embedded parts', async () => {
  const port = await occupy();
  servers.splice(0)[0]?.close();
  const run = await start({ env: { DATABASE_URL: databaseUrl, PORT: String(port) } });
  expect(run.url).toBe(`http://127.0.0.1:${String(port)}`);
  expect(await readdir(dataDir)).not.toContain('postgres');
  await eventually(() => db.selectFrom('reading').select('value').limit(1).executeTakeFirst(), {
    what: 'a reading in it',
  });
  await run.stop();
});

test.each([
  ['PORT', 'eighty', 'PORT must be a port from 1 to 65535, not "eighty"'],
  ['MQTT_URL', 'http://broker', 'MQTT_URL must be an MQTT URL, such as mqtt://user:password@host:1883'],
  [
    'CARRIER_URL',
    'http://carrier',
    'CARRIER_KEY is missing: it must be at least 8 characters, because CARRIER_URL is set',
  ],
])('a wrong %s is one line, and nothing is started', async (name, value, line) => {
  expect(await refusedStart({ dataDir, env: { [name]: value } })).toEqual({ code: 1, lines: [line] });
  expect(await readdir(dataDir)).toEqual(['ports.json']);
});

test('a DATABASE_URL and an MQTT_URL that lead nowhere: one line each, and nothing is started', async () => {
  const nobody = `127.0.0.1:${String(await freePort())}`;
  const env = { DATABASE_URL: databaseUrl, MQTT_URL: `mqtt://tailwatch:secret@${nobody}` };
  expect(await refusedStart({ dataDir, env })).toEqual({
    code: 1,
    lines: [`MQTT_URL must lead to an MQTT broker that answers: connect ECONNREFUSED ${nobody}`],
  });
  const wrong = new URL(databaseUrl);
  wrong.password = 'not-it';
  expect(await refusedStart({ dataDir, env: { DATABASE_URL: wrong.href } })).toEqual({
    code: 1,
    lines: ['DATABASE_URL must lead to a database that answers: password authentication failed for user "tailwatch"'],
  });
});

test('a PORT that is taken, a DATA_DIR that is a file, an unknown word: one line each', async () => {
  const port = String(await occupy());
  const { code, lines } = await refusedStart({ dataDir, env: { DATABASE_URL: databaseUrl, PORT: port } });
  expect({ code, lines }).toEqual({
    code: 1,
    lines: [`PORT must be a free port, and another program listens on 127.0.0.1 port ${port}`],
  });
  const file = join(dataDir, 'file');
  await writeFile(file, '');
  expect((await refusedStart({ dataDir: file })).lines).toEqual([
    `DATA_DIR must be a folder that may be written, not "${file}" (EEXIST)`,
  ]);
  const word = await refusedStart({ dataDir, args: ['--no-demon'] });
  expect(word).toEqual({
    code: 1,
    lines: ["Unknown option '--no-demon': --help lists what there is"],
  });
  expect((await refusedStart({ dataDir, env: { HOST: '192.0.2.1' } })).lines).toEqual([
    'HOST must be an address of this machine, such as 127.0.0.1 or 0.0.0.0, not "192.0.2.1"',
  ]);
});

test.runIf(linux && root)('an ordinary user can start it where the tree may be read', async () => {
  // The tree of the tests may lie under a folder that only root may enter: a copy of it does not.
  const tree = await mkdtemp(join(tmpdir(), 'tailwatch-tree-'));
  try {
    await copyTree(tree);
    await chmod(dataDir, 0o700);
    await chown(dataDir, NOBODY, NOBODY);
    const run = await start({ uid: NOBODY, tree });
    expect(run.output()).not.toContain('cannot run as root');
    await signIn(run.url, run.password);
    await run.stop();
  } finally {
    await running?.killAll();
    await rm(tree, { recursive: true, force: true });
  }
});

/** Everything but history and data, into a folder that anybody may read: packages as hard links where they lie on the same disk. */
async function copyTree(to: string): Promise<void> {
  const run = promisify(execFile);
  const [packages, left] = [['node_modules'], ['node_modules', '.git', 'data']];
  const rest = (await readdir(TREE)).filter((name) => !left.includes(name));
  const cp = (how: string[], names: string[]) => run('cp', [...how, ...names.map((name) => join(TREE, name)), to]);
  await cp(['-al'], packages).catch(() => cp(['-a', '--force'], packages));
  await cp(['-a'], rest);
  await chmod(to, 0o755);
  // Pages that are not built yet are built now: an ordinary user may write nothing there.
  await run(process.execPath, ['-e', "import('./scripts/bootstrap.mjs').then((b) => b.prepare())"], { cwd: to });
}

/** Number of the process one of whose words contains `word`; 0 if there is none. */
async function processNamed(pids: readonly number[], word: string): Promise<number> {
  for (const pid of pids) {
    const words = (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words.slice(1).some((one) => one === word || one.includes(`/${word}/`))) return pid;
  }
  return 0;
}

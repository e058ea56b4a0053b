import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { listeningBus, serialBus } from '../../../simulators/modbus/bus.ts';
import { Script, scriptedDevices } from '../../../simulators/modbus/script.ts';
import { freePort } from '../../../src/platform/free-port.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedLine } from './line-record.ts';

/** A program of Debian's that runs until it is disposed of. What is not installed fails here (`.ci/run` installs it). */
async function program(command: string, args: readonly string[]): Promise<AsyncDisposable> {
  const child = spawn(command, args, { stdio: 'ignore' });
  await once(child, 'spawn');
  return {
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function pymodbus(framing: 'tcp' | 'rtu'): Promise<AsyncDisposable & { readonly port: number }> {
  const port = await freePort();
  const slaves = path.join(import.meta.dirname, 'pymodbus_slaves.py');
  const running = await program('/usr/bin/python3', [slaves, framing, String(port)]);
  await eventually(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => (socket.destroy(), resolve(true))).once('error', () => resolve(false));
      }),
    { what: 'pymodbus listening' },
  );
  return Object.assign(running, { port });
}

/** Two serial ports with a cable between them. */
async function serialPair(): Promise<AsyncDisposable & { readonly ours: string; readonly theirs: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-serial-'));
  const [ours, theirs] = [path.join(folder, 'ours'), path.join(folder, 'theirs')];
  const socat = await program('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
  await eventually(() => existsSync(ours) && existsSync(theirs));
  return {
    ours,
    theirs,
    async [Symbol.asyncDispose]() {
      await socat[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const slaves = [
  {
    name: 'one',
    unit: 1,
    every: 0.2,
    points: [
      { sensor: 'first', address: 0 },
      { sensor: 'far', address: 150 },
      { sensor: 'level', table: 'input', address: 0, type: 'float32' },
      { sensor: 'frost', table: 'input', address: 2, type: 'int16' },
      { sensor: 'coil', table: 'coil', address: 3 },
      { sensor: 'contact', table: 'discrete', address: 2 },
      { sensor: 'nowhere', address: 500 },
    ],
  },
  { name: 'two', unit: 2, every: 0.2, points: [{ sensor: 'other', address: 7 }] },
];
const expected = { first: 1_000, far: 1_150, level: 25, frost: -10, coil: 1, contact: 1, nowhere: null, other: 2_007 };

async function readsAll(written: Record<string, unknown>): Promise<void> {
  await using line = recordedLine({ timeoutMs: 40, ...written, slaves });
  const codes = Object.keys(expected);
  await eventually(() => codes.every((code) => line.newest(code) !== undefined), { withinMs: 20_000 });
  expect(Object.fromEntries(codes.map((code) => [code, line.newest(code)?.value]))).toEqual(expected);
}

it('reads a server of pymodbus over Modbus TCP', async () => {
  await using server = await pymodbus('tcp');
  await readsAll({ protocol: 'modbus-tcp', host: '127.0.0.1', port: server.port });
});

it('reads slaves of pymodbus as serial frames over TCP', async () => {
  await using server = await pymodbus('rtu');
  await readsAll({ protocol: 'rtu-over-tcp', host: '127.0.0.1', port: server.port, quietMs: 1 });
});

it('reads slaves of pymodbus at a serial port', async () => {
  await using server = await pymodbus('rtu');
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-serial-'));
  const device = path.join(folder, 'bus');
  await using _bridge = await program('socat', [
    `pty,raw,echo=0,link=${device}`,
    `tcp:127.0.0.1:${String(server.port)},nodelay`,
  ]);
  await eventually(() => existsSync(device));
  await readsAll({ protocol: 'modbus-rtu', device, baud: 115_200 });
  await rm(folder, { recursive: true, force: true });
});

const devices = scriptedDevices(
  Script.parse({ slaves: [{ unit: 1, holding: { 0: 123, 1: 456 }, input: { 4: 0xfff6 }, coil: { 2: true } }] }),
);
const mbpoll = (...args: readonly string[]): Promise<string> =>
  promisify(execFile)('mbpoll', ['-1', '-q', '-0', '-a', '1', ...args]).then(({ stdout }) => stdout);

it('mbpoll, which is libmodbus, reads our simulator over TCP', async () => {
  await using bus = await listeningBus('tcp', 0, { devices });
  const at = ['-p', String(bus.port), '127.0.0.1'];
  expect(await mbpoll('-t', '4', '-r', '0', '-c', '2', ...at)).toMatch(/\[0\]:\s+123\n\[1\]:\s+456/);
  expect(await mbpoll('-t', '3', '-r', '4', ...at)).toMatch(/\[4\]:\s+65526 \(-10\)/);
  expect(await mbpoll('-t', '0', '-r', '2', ...at)).toMatch(/\[2\]:\s+1/);
  await expect(mbpoll('-t', '4', '-r', '9', ...at)).rejects.toThrow(/Illegal data address/);
});

it('mbpoll, which is libmodbus, reads our simulator at a serial port; so do we', async () => {
  await using pair = await serialPair();
  await using _bus = await serialBus(pair.theirs, 9_600, { devices });
  const serial = ['-b', '9600', '-P', 'none', pair.ours];
  expect(await mbpoll('-t', '4', '-r', '0', '-c', '2', ...serial)).toMatch(/\[0\]:\s+123\n\[1\]:\s+456/);
  await using line = recordedLine({
    protocol: 'modbus-rtu',
    device: pair.ours,
    slaves: [{ name: 'one', unit: 1, every: 0.2, points: [{ sensor: 'a', address: 1 }] }],
    timeoutMs: 100,
  });
  await eventually(() => line.newest('a'));
  expect(line.newest('a')).toMatchObject({ value: 456, quality: 'good' });
});

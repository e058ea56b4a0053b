import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { callingModem, listeningBus } from '../../../simulators/modbus/bus.ts';
import type { Mishap } from '../../../simulators/modbus/chaos.ts';
import { Script, scriptedDevices } from '../../../simulators/modbus/script.ts';
import { freePort } from '../../../src/platform/free-port.ts';
import { eventually } from '../../support/eventually.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { recordedLine } from './line-record.ts';

const host = '127.0.0.1';
const devices = scriptedDevices(
  Script.parse({
    slaves: [
      { unit: 1, holding: { 0: 0x41c8, 1: 0, 2: 250, 3: 0x7fff, 9: 7 }, coil: { 4: true }, input: { 0: 0xfff6 } },
      { unit: 2, holding: { 0: 222 } },
    ],
    loggers: [{ module: 3, wires: { 1: { frequency: 2_600.5, temperature: 11.5, amplitude: 900 } } }],
  }),
);
const point = (sensor: string, address: number, more = {}) => ({ sensor, address, ...more });
const slave = {
  name: 'gauge',
  unit: 1,
  every: 0.1,
  points: [
    point('level', 0, { type: 'float32' }),
    point('rain', 2, { scale: 0.1 }),
    point('broken', 3, { noValue: [0x7fff] }),
    point('gate', 4, { table: 'coil' }),
    point('frost', 0, { table: 'input', type: 'int16' }),
  ],
};
const logger = {
  name: 'wires',
  module: 3,
  every: 0.1,
  channels: [{ channel: 1, frequency: 'pz-f', temperature: 'pz-t' }],
};
const quick = { timeoutMs: 20, drainMs: 5, quietMs: 1 };

it('reads floats, scaled integers, coils and inputs over Modbus TCP, and says which have no value', async () => {
  await using bus = await listeningBus('tcp', 0, { devices });
  await using line = recordedLine({ protocol: 'modbus-tcp', host, port: bus.port, slaves: [slave] });
  await eventually(() => line.newest('frost'));
  expect(line.newest('level')).toMatchObject({ value: 25, quality: 'good', raw: '0x41C8 0x0000' });
  expect(line.newest('rain')).toMatchObject({ value: 25, quality: 'good' });
  expect(line.newest('broken')).toMatchObject({ value: null, quality: 'bad', why: 'sensor-fault', raw: '0x7FFF' });
  expect(line.newest('gate')).toMatchObject({ value: 1 });
  expect(line.newest('frost')).toMatchObject({ value: -10 });
  expect(line.line.liveRaw?.()).toContainEqual(
    expect.objectContaining({ at: 'holding 0', sensorCode: 'level', device: 'gauge', raw: '0x41C8 0x0000', value: 25 }),
  );
});

it('reads slaves and vibrating-wire loggers on one bus behind a converter', async () => {
  await using bus = await listeningBus('serial', 0, { devices });
  await using line = recordedLine({
    protocol: 'rtu-over-tcp',
    host,
    port: bus.port,
    ...quick,
    slaves: [slave],
    loggers: [logger],
  });
  await eventually(() => line.newest('pz-t') && line.newest('level'));
  expect(line.newest('pz-f')).toMatchObject({ value: 2_600.5, quality: 'good' });
  expect(line.newest('pz-t')).toMatchObject({ value: 11.5, quality: 'good' });
  expect(line.newest('level')).toMatchObject({ value: 25 });
});

it('A6 one address that is not there is bad alone; the others of its request are read', async () => {
  await using bus = await listeningBus('tcp', 0, { devices });
  const points = [point('rain', 2), point('nowhere', 5), point('last', 9)];
  await using line = recordedLine({ protocol: 'modbus-tcp', host, port: bus.port, slaves: [{ ...slave, points }] });
  await eventually(() => line.newest('last'));
  expect(line.newest('rain')).toMatchObject({ value: 250 });
  expect(line.newest('last')).toMatchObject({ value: 7 });
  expect(line.newest('nowhere')).toMatchObject({
    value: null,
    quality: 'bad',
    why: 'device-fault',
    raw: 'exception 2',
  });
  expect(line.about('gauge')).toMatchObject({ state: 'connected', detail: 'exception 2' });
});

describe('when the line fails', () => {
  it('A4 data flow again after a reset, and a port that refuses is on record once', async () => {
    const bus = await listeningBus('serial', 0, { devices });
    await using line = recordedLine({ protocol: 'rtu-over-tcp', host, port: bus.port, ...quick, slaves: [slave] });
    await eventually(() => line.newest('level'));
    await bus[Symbol.asyncDispose]();
    await eventually(() => line.about()?.state === 'faulty');
    expect(line.about()).toMatchObject({ fault: 'unreachable', detail: `ECONNREFUSED ${host}:${String(bus.port)}` });
    const before = line.acquired.length;
    await using again = await listeningBus('serial', bus.port, { devices });
    await eventually(() => line.acquired.length > before && line.about()?.state === 'connected');
    expect(again.connections).toBe(1);
  });

  it('A4 a line that was refused again and again stands as connected with the first answer', async () => {
    const port = await freePort();
    await using line = recordedLine({ protocol: 'modbus-tcp', host, port, slaves: [slave] });
    await eventually(() => line.reports.filter(({ fault }) => fault === 'unreachable').length > 3);
    await using bus = await listeningBus('tcp', port, { devices });
    await eventually(() => line.newest('level'));
    expect(line.about()).toEqual({ state: 'connected' });
    expect(bus.connections).toBe(1);
  });

  it('A4 a line whose connections ended before anything was answered stands as connected with the first answer', async () => {
    let isHanging = true;
    const fault = (): Mishap | 'none' => (isHanging ? 'reset' : 'none');
    await using bus = await listeningBus('tcp', 0, { devices, fault });
    await using line = recordedLine({ protocol: 'modbus-tcp', host, port: bus.port, slaves: [slave] });
    await eventually(() => line.about()?.fault === 'closed');
    isHanging = false;
    await eventually(() => line.newest('level'));
    expect(line.about()).toEqual({ state: 'connected' });
  });

  it('A4 a connection that is half open is noticed and dialled anew', async () => {
    let turn = 0;
    const fault = (): Mishap | 'none' => ((turn += 1) === 3 ? 'half-open' : 'none');
    await using bus = await listeningBus('serial', 0, { devices, fault });
    const points = [point('rain', 2)];
    await using line = recordedLine({
      protocol: 'rtu-over-tcp',
      host,
      port: bus.port,
      ...quick,
      slaves: [{ ...slave, points }],
    });
    await eventually(() => turn >= 3 && line.about('gauge')?.state === 'faulty');
    const before = line.acquired.length;
    await eventually(() => line.acquired.length > before + 3);
    expect(line.about('gauge')?.state).toBe('connected');
  });

  it('A4 a network that swallows everything is noticed over Modbus TCP too', async () => {
    await using bus = await listeningBus('tcp', 0, { devices });
    await using proxy = await startTcpProxy({ port: bus.port });
    await using line = recordedLine({ protocol: 'modbus-tcp', host, port: proxy.port, timeoutMs: 20, slaves: [slave] });
    await eventually(() => line.newest('level'));
    proxy.watch = () => false;
    await eventually(() => line.about('gauge')?.state === 'faulty');
    expect(line.about('gauge')).toMatchObject({ fault: 'no-answer' });
    proxy.watch = () => true;
    await eventually(() => line.about('gauge')?.state === 'connected');
  });

  it('ends within a moment, whatever it waits for', async () => {
    await using bus = await listeningBus('serial', 0, { devices, fault: () => 'silent' });
    const line = recordedLine({ protocol: 'rtu-over-tcp', host, port: bus.port, timeoutMs: 60_000, slaves: [slave] });
    await eventually(() => bus.connections === 1);
    await line.stop();
    expect(line.acquired).toEqual([]);
  });
});

describe('modems that call', () => {
  const modem = { name: 'dam', registration: { text: 'DTU-7' }, heartbeat: { hex: 'FE FE' }, slaves: [slave] };
  const listening = async (modems: readonly object[] = [modem]) => {
    const port = await freePort();
    return { port, line: recordedLine({ protocol: 'rtu-over-tcp-listen', host, port, ...quick, modems }) };
  };

  it('are known by what they send first, and heartbeats are taken out wherever they fall', async () => {
    const { port, line: own } = await listening();
    await using line = own;
    const heartbeat = { bytes: Buffer.from([0xfe, 0xfe]), everyMs: 3 };
    await using modemThere = callingModem({ host, port, registration: Buffer.from('DTU-7'), heartbeat, devices });
    await eventually(() => line.newest('level'));
    expect(line.newest('level')).toMatchObject({ value: 25 });
    expect(line.about('dam/gauge')?.state).toBe('connected');
    expect(modemThere.connections).toBe(1);
  });

  it('that nobody knows are refused, logged once and shown', async () => {
    const { port, line: own } = await listening();
    await using line = own;
    for (let time = 0; time < 2; time += 1) {
      const stranger = await eventually(async () => {
        const socket = connect({ host, port });
        await once(socket, 'connect');
        return socket;
      });
      // Too much for a registration: it need not be waited for any longer.
      stranger.write(Buffer.alloc(2_000, 0x41));
      stranger.on('error', () => {}).resume();
      await once(stranger, 'close');
    }
    expect(line.about()?.detail).toContain('registers as 4141');
    expect(line.logged.filter((text) => text.includes('not in the configuration'))).toHaveLength(1);
  });

  it('that call a second time take the place of their first connection', async () => {
    const { port, line: own } = await listening();
    await using line = own;
    const first = await eventually(async () => {
      const socket = connect({ host, port });
      await once(socket, 'connect');
      return socket;
    });
    first.write('DTU-7');
    first.on('error', () => {}).resume();
    const gone = once(first, 'close');
    await using second = callingModem({ host, port, registration: Buffer.from('DTU-7'), devices });
    await gone;
    await eventually(() => line.newest('level'));
    expect(second.connections).toBe(1);
  });
});

it('A11 a measurement that is asked for in between waits for its turn on the bus', async () => {
  let underWay = 0;
  let most = 0;
  await using bus = await listeningBus('serial', 0, { devices });
  await using proxy = await startTcpProxy({ port: bus.port });
  proxy.watch = () => {
    underWay += 1;
    most = Math.max(most, underWay);
    return true;
  };
  await using line = recordedLine({
    protocol: 'rtu-over-tcp',
    host,
    port: proxy.port,
    ...quick,
    timeoutMs: 500,
    slaves: [
      { ...slave, every: 60, points: [point('level', 0, { type: 'float32' })] },
      { name: 'other', unit: 2, every: 60, points: [point('far', 0)] },
    ],
  });
  await eventually(() => line.newest('level') && line.newest('far'));
  expect(most).toBe(2);
  const before = line.acquired.length;
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 5 }, async () => line.line.measure?.(['level', 'far'], signal)));
  const values = line.acquired.slice(before).map(({ sensorCode, value }) => [sensorCode, value]);
  // Several who want the same get the same poll.
  expect(values).toEqual([
    ['level', 25],
    ['far', 222],
  ]);
});

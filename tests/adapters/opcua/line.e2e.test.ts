import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlantServer } from '../../../simulators/opcua/server.ts';
import type { PlantServer } from '../../../simulators/opcua/server.ts';
import { hasCode } from '../../../src/core/errors.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { node, runLine } from './opcua-line.ts';

let server: PlantServer;
beforeAll(async () => {
  server = await startPlantServer({
    port: 0,
    nodes: [
      { name: 'weir', value: 1.5 },
      { name: 'float', type: 'Float', value: 0.7 },
      { name: 'tips', type: 'UInt64', value: [1, 2] },
      { name: 'pump', type: 'Boolean', value: true },
      { name: 'text', type: 'String', value: 'full' },
    ],
  });
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const line = (written: Record<string, unknown> = {}) =>
  runLine({ endpoint: server.endpoint, items: [{ sensor: 'weir', node: node('weir') }], ...written });

describe('what a server gives', () => {
  it('comes in the unit of the sensor, exact, and what is no number comes without one', async () => {
    await using running = await line({
      items: [
        { sensor: 'weir', node: node('weir'), scale: 100, offset: -50 },
        { sensor: 'float', node: node('float') },
        { sensor: 'tips', node: node('tips') },
        { sensor: 'pump', node: node('pump') },
        { sensor: 'text', node: node('text') },
      ],
    });
    expect(await running.value('weir', () => true)).toMatchObject({ value: 100, quality: 'good' });
    expect(await running.value('float', () => true)).toMatchObject({ value: 0.7 });
    expect(await running.value('tips', () => true)).toMatchObject({ value: 2 ** 32 + 2 });
    expect(await running.value('pump', () => true)).toMatchObject({ value: 1 });
    expect(await running.value('text', () => true)).toMatchObject({ value: null, quality: 'bad', why: 'not-a-number' });
    expect(running.line.liveRaw?.()).toHaveLength(5);
  }, 60_000);

  it('keeps its source time, and each value between two publications in its order', async () => {
    await using running = await line({ publishSeconds: 1 });
    await running.value('weir', () => true);
    running.forget();
    const from = Date.now();
    // The server looks every 100 ms, so each of these is seen.
    for (let i = 1; i <= 5; i += 1) {
      server.plant.set('weir', i, { at: from + i });
      await running.value('weir', ({ value }) => value === i);
    }
    const values = running.acquired.filter(({ sensorCode }) => sensorCode === 'weir');
    expect(values.map(({ observedAt, value }) => [observedAt - from, value])).toEqual(
      [1, 2, 3, 4, 5].map((i) => [i, i]),
    );
  }, 60_000);

  it('keeps its status as quality', async () => {
    await using running = await line();
    await running.value('weir', () => true);
    server.plant.set('weir', 2, { status: 'BadSensorFailure' });
    await running.value(
      'weir',
      ({ quality, why, value }) => quality === 'bad' && why === 'sensor-fault' && value === null,
    );
    server.plant.set('weir', 3, { status: 'UncertainLastUsableValue' });
    await running.value(
      'weir',
      ({ quality, why, value }) => quality === 'uncertain' && why === 'last-known' && value === 3,
    );
    server.plant.set('weir', 4, { bits: 0x0600 });
    await running.value(
      'weir',
      ({ quality, why, value }) => quality === 'uncertain' && why === 'over-range' && value === 4,
    );
  }, 60_000);
});

describe('a line', () => {
  it('measures when asked to', async () => {
    await using running = await line();
    await running.value('weir', () => true);
    running.forget();
    await running.line.measure?.(['weir'], new AbortController().signal);
    expect(running.acquired.some(({ sensorCode }) => sensorCode === 'weir')).toBe(true);
    await expect(running.line.measure?.(['other'], new AbortController().signal)).rejects.toSatisfy((error) =>
      hasCode(error, 'sensor/not-found'),
    );
  }, 60_000);

  it('says that it cannot measure while nothing is connected', async () => {
    await using running = await line({ endpoint: 'opc.tcp://127.0.0.1:1/dam' });
    const { fault, detail } = await running.report(({ state }) => state === 'faulty');
    expect(fault).toBe('refused');
    expect(detail).toContain('ECONNREFUSED');
    await expect(running.line.measure?.(['weir'], new AbortController().signal)).rejects.toSatisfy((error) =>
      hasCode(error, 'adapter/not-connected'),
    );
  }, 60_000);

  it('ends when it is told to, also on a line that swallows everything', async () => {
    await using proxy = await startTcpProxy({ port: server.port });
    await using running = await line({ endpoint: `opc.tcp://127.0.0.1:${String(proxy.port)}/dam` });
    await running.value('weir', () => true);
    proxy.watch = () => false;
    proxy.holdAnswers();
    await running.stop();
    await using opening = await line({ endpoint: `opc.tcp://127.0.0.1:${String(proxy.port)}/dam` });
    await opening.report(({ state }) => state === 'connecting');
    await opening.stop();
  }, 20_000);

  it('tells a lost line once, however often it is tried', async () => {
    await using running = await line({ endpoint: 'opc.tcp://127.0.0.1:1/dam' });
    const tries = await startTcpProxy({ port: 1 });
    await using counted = await line({ endpoint: `opc.tcp://127.0.0.1:${String(tries.port)}/dam` });
    await counted.report(({ state }) => state === 'faulty');
    await running.report(({ state }) => state === 'faulty');
    expect(running.reports.filter(({ state }) => state === 'faulty')).toHaveLength(1);
    await tries[Symbol.asyncDispose]();
  }, 60_000);
});

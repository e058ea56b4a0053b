import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LineReport } from '../../../adapters/acquisition.ts';
import { startPlantServer } from '../../../simulators/opcua/server.ts';
import type { PlantServer } from '../../../simulators/opcua/server.ts';
import { eventually } from '../../support/eventually.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { QUICK, node, runLine } from './opcua-line.ts';
import type { RunningLine } from './opcua-line.ts';

const ITEMS = [
  { sensor: 'weir', node: node('weir') },
  { sensor: 'beach', node: node('beach') },
];

let server: PlantServer;
beforeAll(async () => {
  server = await startPlantServer({
    port: 0,
    nodes: [
      { name: 'weir', value: 1.5 },
      { name: 'beach', value: 120.25 },
    ],
  });
}, 60_000);
beforeEach(() => {
  server.plant.set('weir', 1.5);
  server.plant.set('beach', 120.25);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const isLine = ({ device }: LineReport): boolean => device === undefined;
const lineStates = ({ reports }: RunningLine) => reports.filter(isLine).map(({ state }) => state);
/** Another reason is told too: first that it was lost, then why it cannot be had again. */
const withoutRepeats = <T>(states: readonly T[]): T[] =>
  states.filter((state, i) => i === 0 || state !== states[i - 1]);
const RESETS = 10;
const isFaulty = (report: LineReport): boolean => isLine(report) && report.state === 'faulty';
const gives = (value: number) => (acquired: { value: number | null }) => acquired.value === value;

/** A line that has given its first value. */
async function running(written: Record<string, unknown> = {}, times = QUICK): Promise<RunningLine> {
  const line = await runLine({ endpoint: server.endpoint, items: ITEMS, ...written }, { times });
  await line.value('weir', gives(1.5));
  await line.value('beach', gives(120.25));
  return line;
}

describe('data flows again, and what was wrong is on record', () => {
  it('A5 after a restart of the server, also when its namespaces have other indexes then', async () => {
    await using line = await running();
    await server.stop();
    await line.report(isFaulty, 'the lost line');
    await server.start({ shifted: true });
    server.plant.set('weir', 1.75);
    await line.value('weir', gives(1.75));
    expect(withoutRepeats(lineStates(line))).toEqual(['connecting', 'connected', 'faulty', 'connected']);
    await server.start();
  }, 60_000);

  it('A5 after the server has ended the session', async () => {
    await using line = await running();
    server.closeSessions();
    await line.report(isFaulty, 'the lost session');
    server.plant.set('weir', 1.8);
    await line.value('weir', gives(1.8));
  }, 60_000);

  it('A5 after the server has dropped the subscription and told nobody', async () => {
    await using line = await running();
    server.dropSubscriptions();
    server.plant.set('weir', 1.9);
    await line.value('weir', gives(1.9));
    await line.report(isFaulty, 'the subscription that was given up');
    await eventually(() => lineStates(line).at(-1) === 'connected', { what: 'the next session', withinMs: 20_000 });
  }, 60_000);

  it('A5 when a subscription that looks alive does not tell of one node', async () => {
    await using line = await running();
    server.deafen('weir');
    server.plant.set('weir', 1.95);
    await line.value('weir', gives(1.95), 'the value by a read');
    await line.report(
      (report) => isFaulty(report) && report.fault === 'silent' && report.detail?.includes('weir') === true,
      'a subscription begun anew for that node',
    );
  }, 60_000);

  it('A4 on a half-open line that swallows everything, and leaves no connection behind', async () => {
    await using proxy = await startTcpProxy({ port: server.port });
    await using line = await running({ endpoint: `opc.tcp://127.0.0.1:${String(proxy.port)}/dam` });
    const before = server.sessions();
    proxy.watch = () => false;
    proxy.holdAnswers();
    const { fault } = await line.report(isFaulty, 'the half-open line');
    expect(fault).toBe('no-answer');
    proxy.watch = () => true;
    proxy.release();
    proxy.cut();
    server.plant.set('weir', 2.5);
    await line.value('weir', gives(2.5));
    await line.stop();
    expect(server.sessions()).toBeLessThanOrEqual(before);
  }, 60_000);

  it('A4 after each of ten resets of the connection', async () => {
    await using proxy = await startTcpProxy({ port: server.port });
    await using line = await running({ endpoint: `opc.tcp://127.0.0.1:${String(proxy.port)}/dam` });
    for (let reset = 1; reset <= RESETS; reset += 1) {
      proxy.cut();
      const value = 10 + reset;
      server.plant.set('weir', value);
      await line.value('weir', gives(value), `the value after reset ${String(reset)}`);
      await eventually(() => withoutRepeats(lineStates(line)).length === 2 + 2 * reset, {
        what: 'reset and return on record',
      });
    }
    const states = lineStates(line);
    expect(states.filter((state) => state === 'faulty').length).toBeGreaterThanOrEqual(RESETS);
    expect(withoutRepeats(states)).toHaveLength(2 + 2 * RESETS);
  }, 120_000);
});

describe('one node that fails drops only itself', () => {
  it('A6 a node that the server does not know, and one of an unknown namespace, from the beginning', async () => {
    await using line = await runLine({
      endpoint: server.endpoint,
      items: [
        { sensor: 'gone', node: node('nowhere') },
        { sensor: 'lost', node: 'nsu=http://elsewhere.example/;s=x' },
        ...ITEMS,
      ],
    });
    await line.value('weir', gives(1.5));
    await line.value('gone', ({ quality, value }) => quality === 'bad' && value === null);
    const lost = await line.value('lost', ({ quality }) => quality === 'bad');
    expect(lost.raw).toContain('0x80340000 BadNodeIdUnknown');
    for (const device of ['gone', 'lost'])
      await line.report((report) => report.device === device && report.fault === 'refused-request');
    server.plant.set('weir', 1.6);
    await line.value('weir', gives(1.6));
    expect(lineStates(line)).toEqual(['connecting', 'connected']);
  }, 60_000);

  it('A5 A6 a node that is removed is on record, the others go on, and it flows again when it is back', async () => {
    await using line = await running();
    server.plant.remove('beach');
    await line.value('beach', ({ quality }) => quality === 'bad');
    await line.report(({ device, state }) => device === 'beach' && state === 'faulty');
    server.plant.set('weir', 1.65);
    await line.value('weir', gives(1.65));
    server.plant.restore('beach');
    await line.report(({ device, state }) => device === 'beach' && state === 'connected');
    server.plant.set('beach', 119);
    await line.value('beach', gives(119));
    expect(lineStates(line)).toEqual(['connecting', 'connected']);
  }, 60_000);
});

describe('time', () => {
  it('A7 a value is never stamped anew: not at a re-read, not after a reconnect, and its node is told as silent', async () => {
    const measuredAt = Date.now() - 60_000;
    server.plant.set('weir', 1.5, { at: measuredAt });
    await using line = await running({ staleSeconds: 10 }, { ...QUICK, staleUnitMs: 50 });
    await line.report(({ device, fault }) => device === 'weir' && fault === 'silent', 'the node that stands still');
    server.closeSessions();
    await line.report(isFaulty);
    await eventually(() => lineStates(line).at(-1) === 'connected', { what: 'the next session', withinMs: 20_000 });
    server.plant.set('weir', 1.55);
    await line.value('weir', gives(1.55));
    const before = line.acquired.filter(({ sensorCode, value }) => sensorCode === 'weir' && value === 1.5);
    expect(before.map(({ observedAt }) => observedAt)).toEqual([measuredAt]);
  }, 60_000);

  it('A8 a server clock reset to 2000 keeps both times, makes values uncertain, and is a fault until it is right', async () => {
    await using line = await running();
    const reset = Date.UTC(2000, 0, 1);
    server.setClock(reset);
    await line.report(({ fault, detail }) => fault === 'clock-wrong' && detail?.includes('2000-01-01') === true);
    server.plant.set('weir', 3.25, { at: reset + 5_000 });
    const value = await line.value('weir', gives(3.25));
    expect(value).toMatchObject({ observedAt: reset + 5_000, quality: 'uncertain', why: 'clock-unset' });
    expect(Math.abs(value.receivedAt - Date.now())).toBeLessThan(60_000);
    server.setClock(Date.now());
    await line.report(({ device, state }) => device === 'server clock' && state === 'connected');
    server.plant.set('weir', 3.5);
    expect(await line.value('weir', gives(3.5))).toMatchObject({ quality: 'good' });
    expect(lineStates(line)).toEqual(['connecting', 'connected']);
  }, 60_000);
});

import { afterEach, describe, expect, it } from 'vitest';
import { sl651 } from '../../../adapters/sl651/line.ts';
import type { Line } from '../../../adapters/acquisition.ts';
import { Sl651Line } from '../../../src/contract/acquire/sl651-config.ts';
import { hasCode } from '../../../src/core/errors.ts';
import { freePort } from '../../../src/platform/free-port.ts';
import { reportHex } from '../../../simulators/sl651/telegram.ts';
import { startStation } from '../../../simulators/sl651/station.ts';
import type { SimulatedStation } from '../../../simulators/sl651/station.ts';
import { eventually } from '../../support/eventually.ts';
import { handPorts } from '../../support/line-ports.ts';
import type { HandPorts } from '../../support/line-ports.ts';

const ADDRESS = '0000000042';
const left: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of left.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

interface Centre {
  readonly line: Line;
  readonly ports: HandPorts;
  station(address?: string): Promise<SimulatedStation>;
  stop(): Promise<void>;
}

async function centre(more: object = {}, station: object = {}): Promise<Centre> {
  const port = await freePort();
  const config = Sl651Line.parse({
    name: 'rain',
    protocol: 'sl651',
    listen: { host: '127.0.0.1', port },
    stations: [
      {
        name: 'station-1',
        address: ADDRESS,
        elements: [
          { element: '39', sensor: 'level' },
          { element: '26', sensor: 'rain', scale: 10 },
        ],
        ...station,
      },
    ],
    ...more,
  });
  const ports = await handPorts({ key: '1234' });
  left.push(ports);
  const stopping = new AbortController();
  const line = sl651.line(config, ports);
  const running = line.run(stopping.signal);
  await eventually(() => ports.reports.some(({ device, state }) => device === undefined && state === 'connected'));
  const stop = async (): Promise<void> => {
    stopping.abort();
    ports.refuse();
    await running;
  };
  left.push({ [Symbol.asyncDispose]: stop });
  return {
    line,
    ports,
    stop,
    async station(address = ADDRESS) {
      const made = await startStation({ port, address, answerWithinMs: 60_000 });
      left.push(made);
      return made;
    },
  };
}

const timed = (value: number) => ({
  func: '32',
  sentAt: '260314140003',
  content: reportHex(ADDRESS, '2603141400', [{ id: '39', value, bytes: 4, decimals: 3 }]),
});

describe('a line of SL 651', () => {
  it('acknowledges a message when what it says lies in the spool, and not before', async () => {
    const { ports, station } = await centre();
    const caller = await station();
    ports.hold();
    const telling = caller.tell(timed(28.96));
    let isAnswered = false;
    void telling.then(() => (isAnswered = true));
    await eventually(() => ports.waiting === 1);
    expect(isAnswered).toBe(false);
    ports.release();
    expect(await telling).toMatchObject({ station: ADDRESS, func: '32', serial: 1, end: '1b' });
    expect(ports.offered).toMatchObject([{ sensorCode: 'level', value: 28.96, quality: 'good' }]);
    expect(ports.reports).toContainEqual({ device: 'station-1', state: 'connected' });
  });

  it('that is stopped while the spool is full acknowledges nothing: the station says it again', async () => {
    const one = await centre();
    const caller = await one.station();
    one.ports.hold();
    const telling = caller.tell(timed(28.96));
    await eventually(() => one.ports.waiting === 1);
    await one.stop();
    expect(await telling).toBeNull();
    expect(one.ports.offered).toEqual([]);
  });

  it('answers the same message again when a station has not heard the answer, with the same values', async () => {
    const { ports, station } = await centre();
    const caller = await station();
    const first = await caller.tell({ ...timed(28.96), serial: 9 });
    expect(await caller.tell({ ...timed(28.96), serial: 9 })).toEqual(first);
    const [a, b] = ports.offered;
    expect({ ...a, receivedAt: 0 }).toEqual({ ...b, receivedAt: 0 });
  });

  it('tells a station to go on where more follows, and to hang up after the last where it sleeps', async () => {
    const { station } = await centre({ afterLast: 'hang-up' });
    const caller = await station();
    expect(await caller.tell({ ...timed(1), more: true })).toMatchObject({ end: '06' });
    expect(await caller.tell(timed(2))).toMatchObject({ end: '04' });
  });

  it('reads a message of several packets when all are there', async () => {
    const { ports, station } = await centre();
    const caller = await station();
    const whole = timed(28.96);
    const cut = 30;
    const part = (number: number) => ({ ...whole, part: { number, of: 2 }, more: number === 1 });
    // Only the first packet has a serial number and a time: the simulator writes them into each, so the second gets its bytes from there.
    expect(await caller.tell({ ...part(1), content: whole.content.slice(0, cut) })).toMatchObject({ end: '06' });
    const rest = whole.content.slice(cut);
    const serial = Number.parseInt(rest.slice(0, 4), 16);
    const answered = caller.tell({ ...part(2), serial, sentAt: rest.slice(4, 16), content: rest.slice(16) });
    await eventually(() => ports.offered.length === 1);
    expect(ports.offered).toMatchObject([{ sensorCode: 'level', value: 28.96 }]);
    void answered;
  });

  it('does not acknowledge a station that is not configured', async () => {
    const { ports, station } = await centre();
    const stranger = await station('9999999999');
    void stranger.tell(timed(1));
    const known = await station();
    await known.tell(timed(2));
    expect(ports.offered.map(({ value }) => value)).toEqual([2]);
  });

  it('takes a station with its password alone', async () => {
    const { ports, station } = await centre({}, { password: 'key' });
    const caller = await station();
    void caller.tell({ ...timed(1), password: '9999' });
    await eventually(() => ports.reports.some(({ fault }) => fault === 'login-refused'));
    expect(await (await station()).tell(timed(2))).toMatchObject({ end: '1b' });
    expect(ports.offered.map(({ value }) => value)).toEqual([2]);
  });

  it('asks a station to measure, and is done when its answer lies in the spool', async () => {
    const { line, ports, station } = await centre();
    const caller = await station();
    await caller.tell({ func: '2f', sentAt: '260314140003', content: '' });
    await eventually(() => ports.reports.some(({ device }) => device === 'station-1'));
    const measuring = line.measure?.(['level'], AbortSignal.timeout(60_000));
    expect(await caller.question()).toMatchObject({ func: '37', station: ADDRESS });
    await caller.tell({ ...timed(29.5), func: '37' });
    await measuring;
    expect(ports.offered).toMatchObject([{ value: 29.5 }]);
  });

  it('says that a station is not on the line when it is asked to measure', async () => {
    const { line } = await centre();
    const failure = await line.measure?.(['level'], AbortSignal.timeout(60_000)).catch((error: unknown) => error);
    expect(hasCode(failure, 'adapter/not-connected')).toBe(true);
  });

  it('A3 ends while stations are on the line, and begins anew on the same port', async () => {
    const one = await centre();
    await one.station();
    await one.stop();
    const again = one.line.run(AbortSignal.abort());
    await again;
  });

  it('shows what came last at each place, for whoever checks the wiring', async () => {
    const { line, station } = await centre();
    await (await station()).tell(timed(28.96));
    expect(line.liveRaw?.()).toMatchObject([
      { at: '39', device: 'station-1', sensorCode: 'level', raw: '00028960', value: 28.96 },
    ]);
  });
});

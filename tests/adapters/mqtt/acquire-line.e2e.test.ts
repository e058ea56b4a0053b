import { readFile } from 'node:fs/promises';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { decodePayload, encodePayload } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Line } from '../../../adapters/acquisition.ts';
import { mqtt as protocol } from '../../../adapters/mqtt/acquire-line.ts';
import { MqttLine } from '../../../src/contract/acquire/mqtt-config.ts';
import { openAuthority } from '../../support/certificates.ts';
import { eventually } from '../../support/eventually.ts';
import { handPorts } from '../../support/line-ports.ts';
import type { HandPorts } from '../../support/line-ports.ts';
import { startMosquitto } from '../../support/mosquitto.ts';
import type { Mosquitto } from '../../support/mosquitto.ts';

const left: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of left.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});
const keep = <T extends AsyncDisposable>(each: T): T => {
  left.push(each);
  return each;
};

const GEO = { topic: '$dp', dialect: 'geo-hazard', sensors: [{ device: '42', field: 'L3_YL_1.value', code: 'rain' }] };
const PLC = {
  topic: 'spBv1.0/mine/#',
  dialect: 'sparkplug',
  sensors: [{ device: 'plc/gauge', field: 'Level', code: 'level' }],
};

interface Running {
  readonly line: Line;
  readonly ports: HandPorts;
  stop(): Promise<void>;
}

async function run(
  broker: Mosquitto,
  more: object = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const config = MqttLine.parse({
    name: 'theirs',
    protocol: 'mqtt',
    url: broker.url,
    user: 'tailwatch',
    password: 'word',
    mappings: [GEO, PLC],
    ...more,
  });
  const ports = keep(await handPorts({ word: 'tailwatch', ...secrets }));
  const line = protocol.line(config, ports);
  const stopping = new AbortController();
  const running = line.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    ports.refuse();
    await running;
  };
  keep({ [Symbol.asyncDispose]: stop });
  return { line, ports, stop };
}
const connected = ({ ports }: Running, times = 1) =>
  eventually(
    () => ports.reports.filter(({ device, state }) => device === undefined && state === 'connected').length >= times,
  );

async function device(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 50, ...options });
  client.on('error', () => {});
  keep({ [Symbol.asyncDispose]: () => client.endAsync(true) });
  return client;
}
const rain = (minute: number, value: number): string =>
  JSON.stringify({ 42: { L3_YL_1: { [`2026-03-14T06:${String(minute).padStart(2, '0')}:00Z`]: { value } } } });
const values = ({ ports }: Running) => ports.offered.map(({ value }) => value);

describe('a line to a broker of somebody else’s', () => {
  it('A13 takes what was published while it was away, once, after the broker was restarted, and by the same session', async () => {
    const broker = keep(await startMosquitto());
    const first = await run(broker);
    await connected(first);
    const gauge = await device(broker.urlOf('instruments'));
    await gauge.publishAsync('$dp', rain(1, 1), { qos: 1 });
    await eventually(() => values(first).length === 1);
    await broker.stop();
    await eventually(() => first.ports.reports.some(({ fault }) => fault !== undefined));
    await broker.start();
    await connected(first, 2);
    await gauge.publishAsync('$dp', rain(2, 2), { qos: 1 });
    await eventually(() => values(first).length === 2);
    await first.stop();
    await gauge.publishAsync('$dp', rain(3, 3), { qos: 1 });
    const second = await run(broker);
    await eventually(() => values(second).length === 1);
    expect([...values(first), ...values(second)]).toEqual([1, 2, 3]);
  });

  it('A13 acknowledges nothing that does not lie in the spool: it is delivered again', async () => {
    const broker = keep(await startMosquitto());
    const first = await run(broker);
    await connected(first);
    first.ports.hold();
    const gauge = await device(broker.urlOf('instruments'));
    await gauge.publishAsync('$dp', rain(1, 1), { qos: 1 });
    await eventually(() => first.ports.waiting === 1);
    await first.stop();
    expect(values(first)).toEqual([]);
    const second = await run(broker);
    await eventually(() => values(second).length === 1);
  });

  it('takes a flood, in order, though the spool is slow', async () => {
    const broker = keep(await startMosquitto());
    const one = await run(broker);
    await connected(one);
    one.ports.hold();
    const gauge = await device(broker.urlOf('instruments'));
    const sent = Promise.all(
      Array.from({ length: 500 }, (_, i) => gauge.publishAsync('$dp', rain(i % 60, i), { qos: 1 })),
    );
    await eventually(() => one.ports.waiting > 10);
    one.ports.release();
    await sent;
    await eventually(() => values(one).length === 500);
    expect(values(one)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  it.each(['5', '3.1.1'])('speaks MQTT %s, with TLS, a password and a certificate of its own', async (version) => {
    const authority = keep(await openAuthority());
    const [theirs, ours] = [await authority.issue('broker'), await authority.issue('line')];
    const broker = keep(
      await startMosquitto({
        listener: [
          `cafile ${authority.ca}`,
          `certfile ${theirs.cert}`,
          `keyfile ${theirs.key}`,
          'require_certificate true',
        ],
      }),
    );
    const [ca, cert, key] = await Promise.all(
      [authority.ca, ours.cert, ours.key].map((path) => readFile(path, 'utf8')),
    );
    const secrets = { ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
    const secure = { url: broker.url.replace('mqtt:', 'mqtts:'), version, ca: 'ca' };
    const one = await run(broker, { ...secure, certificate: 'cert', key: 'key' }, secrets);
    await connected(one);
    const gauge = await device(broker.urlOf('instruments').replace('mqtt:', 'mqtts:'), {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
    });
    await gauge.publishAsync('$dp', rain(1, 1.5), { qos: 1 });
    await eventually(() => values(one).length === 1);

    const stranger = await run(broker, { ...secure, clientId: 'stranger' }, secrets);
    await eventually(() => stranger.ports.reports.some(({ fault }) => fault !== undefined));
    expect(stranger.ports.reports.some(({ state }) => state === 'connected')).toBe(false);
  });

  it('says what is wrong: nobody there, a wrong password, a broker that it cannot trust', async () => {
    const authority = keep(await openAuthority());
    const pair = await authority.issue('broker');
    const open = keep(await startMosquitto());
    const closed = keep(await startMosquitto({ listener: [`certfile ${pair.cert}`, `keyfile ${pair.key}`] }));
    const faults = async (broker: Mosquitto, more: object, secrets = {}) => {
      const { ports } = await run(broker, more, secrets);
      return eventually(() => ports.reports.find(({ fault }) => fault !== undefined)?.fault);
    };
    expect(await faults(open, {}, { word: 'wrong' })).toBe('login-refused');
    expect(await faults(closed, { url: closed.url.replace('mqtt:', 'mqtts:') })).toBe('not-trusted');
    await open.kill();
    expect(await faults(open, {})).toBe('unreachable');
  });

  it('shares a subscription with another of its group: each message is taken once', async () => {
    const broker = keep(await startMosquitto());
    const mappings = [{ ...GEO, topic: 'mine/dp' }];
    const two = await Promise.all(['a', 'b'].map((clientId) => run(broker, { mappings, share: 'mine', clientId })));
    for (const each of two) await connected(each);
    const gauge = await device(broker.urlOf('instruments'));
    for (let i = 0; i < 40; i += 1) await gauge.publishAsync('mine/dp', rain(i, i), { qos: 1 });
    await eventually(() => two.flatMap(values).length === 40);
    expect(two.flatMap(values).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: 40 }, (_, i) => i),
    );
    for (const each of two) expect(values(each).length).toBeGreaterThan(0);
  });
});

describe('down to a device', () => {
  it('a node whose birth was not heard is asked for it, and measures on demand by it; one that dies is gone', async () => {
    const broker = keep(await startMosquitto());
    const one = await run(broker, { mappings: [PLC] });
    await connected(one);
    const bdSeq = { name: 'bdSeq', type: 'UInt64' as const, value: 1 };
    const will = {
      topic: 'spBv1.0/mine/NDEATH/plc',
      payload: Buffer.from(encodePayload({ metrics: [bdSeq] })),
      qos: 1 as const,
      retain: false,
    };
    const plc = await device(broker.urlOf('tailwatch'), { will });
    const level = (value: number) => ({ alias: 2, type: 'Double' as const, value });
    let births = 0;
    plc.on('message', (_topic, payload) => {
      const [asked] = decodePayload(payload).metrics ?? [];
      if (asked?.name !== 'Node Control/Rebirth' || asked.value !== true) return;
      births += 1;
      const timestamp = Date.now();
      plc.publish('spBv1.0/mine/NBIRTH/plc', Buffer.from(encodePayload({ timestamp, seq: 0, metrics: [bdSeq] })));
      plc.publish(
        'spBv1.0/mine/DBIRTH/plc/gauge',
        Buffer.from(encodePayload({ timestamp, seq: 1, metrics: [{ name: 'Level', ...level(338 + births) }] })),
      );
    });
    await plc.subscribeAsync('spBv1.0/mine/NCMD/plc', { qos: 1 });
    await plc.publishAsync(
      'spBv1.0/mine/DDATA/plc/gauge',
      Buffer.from(encodePayload({ timestamp: Date.now(), seq: 9, metrics: [level(1)] })),
      { qos: 0 },
    );
    await eventually(() => values(one).includes(339));
    await one.line.measure?.(['level'], AbortSignal.timeout(60_000));
    expect(values(one)).toEqual([339, 340]);

    plc.stream.destroy();
    await eventually(() =>
      one.ports.reports.some(({ device: name, fault }) => name === 'plc/gauge' && fault === 'gone'),
    );
    expect(one.ports.offered.at(-1)).toMatchObject({
      sensorCode: 'level',
      value: null,
      quality: 'bad',
      why: 'not-connected',
    });
  });

  it('a geological-hazard device is told to sample now, and is done when it has; one that refuses is told of', async () => {
    const broker = keep(await startMosquitto());
    const one = await run(
      broker,
      { mappings: [GEO], commands: { topic: 'cmd/{device}', apiKey: 'api' } },
      { api: 'K3y' },
    );
    await connected(one);
    const gauge = await device(broker.urlOf('tailwatch'));
    const heard: string[] = [];
    let isWilling = true;
    gauge.on('message', (_topic, payload) => {
      heard.push(payload.toString());
      const parts = new URLSearchParams(payload.toString().slice(1));
      const result = isWilling ? 'succ' : 'fail';
      gauge.publish('$dp', `$cmd=sample&msgid=${parts.get('msgid') ?? ''}&result=${result}`);
      if (isWilling) gauge.publish('$dp', rain(5, 7.5), { qos: 1 });
    });
    await gauge.subscribeAsync('cmd/42', { qos: 1 });
    await one.line.measure?.(['rain'], AbortSignal.timeout(60_000));
    expect(heard[0]).toMatch(/^\$cmd=sample&apikey=K3y&msgid=[0-9a-f]{32}$/);
    expect(values(one)).toEqual([7.5]);
    isWilling = false;
    await expect(one.line.measure?.(['rain'], AbortSignal.timeout(60_000))).rejects.toThrow(
      'the device refuses sample',
    );
  });

  it('what cannot be asked says so', async () => {
    const broker = keep(await startMosquitto());
    const one = await run(broker, { mappings: [GEO] });
    await connected(one);
    await expect(one.line.measure?.(['rain'], AbortSignal.timeout(60_000))).rejects.toThrow(
      '42 cannot be asked to measure',
    );
  });
});

it('shows what came at each place, also of what no sensor is', async () => {
  const broker = keep(await startMosquitto());
  const one = await run(broker, { mappings: [GEO] });
  await connected(one);
  const gauge = await device(broker.urlOf('instruments'));
  await gauge.publishAsync(
    '$dp',
    JSON.stringify({ 42: { L3_YL_1: { '2026-03-14T06:00:00Z': { value: 1.5, battery: '12.5' } } } }),
    { qos: 1 },
  );
  await eventually(() => values(one).length === 1);
  expect(one.line.liveRaw?.()).toMatchObject([
    { at: 'L3_YL_1.value', device: '42', sensorCode: 'rain', raw: '1.5', value: 1.5 },
    { at: 'L3_YL_1.battery', device: '42', raw: '"12.5"' },
  ]);
});

import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../adapters/adapter.ts';
import { brokerSource } from '../../../adapters/mqtt/broker-source.ts';
import { embeddedSource } from '../../../adapters/mqtt/embedded-source.ts';
import type { MqttSource } from '../../../adapters/mqtt/mqtt-source.ts';
import { topicMap } from '../../../adapters/mqtt/topic-map.ts';
import { IntakeQueue } from '../../../ingest/io/intake-queue.ts';
import { hostClock } from '../../../src/platform/clock.ts';
import { startEmbeddedBroker } from '../../../src/platform/embedded-broker.ts';
import { freePort } from '../../../src/platform/free-port.ts';
import { eventually } from '../../support/eventually.ts';
import { connectInstrument } from '../../support/instrument.ts';
import type { Instrument } from '../../support/instrument.ts';
import { startMosquitto } from '../../support/mosquitto.ts';

const BOUND_BYTES = 200_000;

/** A source with its queue, and where instruments find it. */
interface Station extends AsyncDisposable {
  readonly source: MqttSource;
  readonly queue: IntakeQueue;
  readonly deviceUrl: string;
}

async function station(make: (queue: IntakeQueue) => Promise<Omit<Station, 'queue'>>): Promise<Station> {
  const queue: IntakeQueue = new IntakeQueue({
    boundBytes: BOUND_BYTES,
    pause: () => made.source.pause(),
    resume: () => made.source.resume(),
  });
  const made = await make(queue);
  made.source.follow(
    topicMap([{ siteId: 'pond', topic: 'pond/{sensor}/data', value: 'v', observedAt: 't', time: 'epoch-ms' }]),
  );
  await made.source.connect();
  return { ...made, queue };
}

const clock = hostClock();
const stations: Record<string, () => Promise<Station>> = {
  'an outside broker': () =>
    station(async (intake) => {
      const broker = await startMosquitto();
      const source = brokerSource({ url: broker.urlOf('tailwatch'), clientId: async () => 'judge', clock, intake });
      return {
        source,
        deviceUrl: broker.urlOf('instruments'),
        async [Symbol.asyncDispose]() {
          await source.close();
          await broker[Symbol.asyncDispose]();
        },
      };
    }),
  'the embedded broker': () =>
    station(async (intake) => {
      const port = await freePort();
      const passwords = { password: 'our-password', devicePassword: 'device-password' };
      const source = embeddedSource({ host: '127.0.0.1', port, ...passwords, clock, intake });
      return {
        source,
        deviceUrl: `mqtt://instruments:device-password@127.0.0.1:${String(port)}`,
        [Symbol.asyncDispose]: () => source.close(),
      };
    }),
};

const valuesOf = (deliveries: readonly Delivery[]) =>
  deliveries.flatMap(({ samples }) => samples.map(({ value }) => value));
const closed = ({ client }: Instrument): Promise<void> =>
  new Promise((resolve) => {
    client.once('close', () => {
      resolve();
    });
  });
/** Takes and settles until so many values have come. */
async function settled(queue: IntakeQueue, count: number): Promise<(number | null)[]> {
  const seen: (number | null)[] = [];
  await eventually(() => {
    seen.push(...valuesOf(queue.take(100)));
    queue.settle();
    return seen.length >= count;
  });
  return seen;
}

describe.each(Object.entries(stations))('a source of samples: %s', (_name, open) => {
  test('delivers what is published, decoded, in order', async () => {
    await using at = await open();
    await using instrument = await connectInstrument(at.deviceUrl);
    const publishing = Promise.all([1, 2, 3].map((i) => instrument.measure('pond/level/data', i, i)));
    expect(await settled(at.queue, 3)).toEqual([1, 2, 3]);
    await publishing;
  });

  test('a payload of some MiB is refused with its beginning, counted at its size until then, and acknowledged', async () => {
    await using at = await open();
    await using instrument = await connectInstrument(at.deviceUrl);
    const sent = instrument.publish('pond/level/data', 'x'.repeat(3 * 1_048_576));
    await eventually(() => at.queue.bytes > 3 * 1_048_576, { what: 'the large message' });
    const [delivery] = at.queue.take(10);
    expect(delivery?.refusals).toMatchObject([
      { reason: 'payload-too-large', detail: '3145728 bytes', siteId: 'pond' },
    ]);
    expect(delivery?.refusals[0]?.payload.buffer.byteLength).toBe(65_536);
    at.queue.settle();
    await sent;
    expect(at.queue.bytes).toBe(0);
  });

  test('A13 what was not settled is delivered again after the line was lost, and what was settled is not', async () => {
    await using at = await open();
    await using instrument = await connectInstrument(at.deviceUrl);
    const first = instrument.measure('pond/level/data', 1, 1);
    expect(await settled(at.queue, 1)).toEqual([1]);
    await first;
    const others = [2, 3].map((i) => instrument.measure('pond/level/data', i, i));
    await eventually(() => at.queue.bytes > 800, { what: 'two deliveries waiting' });
    await at.source.close();
    at.queue.clear();
    expect(at.source.isConnected).toBe(false);

    await at.source.connect();
    expect(await settled(at.queue, 2)).toEqual([2, 3]);
    await Promise.all(others);
  });

  test('a flood waits upstream: memory is bounded, and afterwards all of it arrives', async () => {
    await using at = await open();
    const instruments = await Promise.all([1, 2, 3].map((i) => connectInstrument(at.deviceUrl, `flood-${String(i)}`)));
    const filler = 'x'.repeat(2_000);
    const count = 1_500;
    const flood = instruments.flatMap(({ publish }, of) =>
      Array.from({ length: count }, (_, i) =>
        publish(`pond/level-${String(of)}/data`, JSON.stringify({ t: i, v: i, filler })),
      ),
    );
    await eventually(() => at.queue.bytes > BOUND_BYTES, { what: 'the bound being reached' });
    let most = 0;
    let taken = 0;
    await eventually(() => {
      most = Math.max(most, at.queue.bytes);
      taken += at.queue.take(100).length;
      at.queue.settle();
      return taken >= 3 * count;
    });
    // What one read from a socket can bring comes on top.
    expect(most).toBeLessThan(BOUND_BYTES + 3 * 65_536 * 2);
    await Promise.all(flood);
    for (const instrument of instruments) await instrument[Symbol.asyncDispose]();
  });
});

test('an outside broker that speaks only MQTT 3.1.1 is spoken to in that', async () => {
  await using at = await station(async (intake) => {
    const handed = (_topic: string, _payload: Uint8Array, settle: () => void) => {
      settle();
    };
    const users = { password: 'our-password', devicePassword: 'device-password' };
    const broker = await startEmbeddedBroker({ host: '127.0.0.1', port: 0, ...users, onMessage: handed });
    const host = `127.0.0.1:${String(broker.port)}`;
    const source = brokerSource({
      url: `mqtt://tailwatch:our-password@${host}`,
      clientId: async () => 'judge',
      clock,
      intake,
    });
    return {
      source,
      deviceUrl: `mqtt://instruments:device-password@${host}`,
      async [Symbol.asyncDispose]() {
        await source.close();
        await broker[Symbol.asyncDispose]();
      },
    };
  });
  await using instrument = await connectInstrument(at.deviceUrl);
  await instrument.measure('pond/level/data', 1, 1);
  expect(await settled(at.queue, 1)).toEqual([1]);
});

describe('the embedded broker lets instruments publish samples and nothing else', () => {
  const embedded = stations['the embedded broker'] ?? (() => Promise.reject(new Error('no such station')));

  test('a wrong password and no password are refused', async () => {
    await using at = await embedded();
    const { host } = new URL(at.deviceUrl);
    await expect(connectInstrument(`mqtt://instruments:wrong@${host}`)).rejects.toThrow(/not authorized/i);
    await expect(connectInstrument(`mqtt://${host}`)).rejects.toThrow(/not authorized/i);
  });

  test('they may subscribe to nothing', async () => {
    await using at = await embedded();
    await using instrument = await connectInstrument(at.deviceUrl);
    const granted = await instrument.client.subscribeAsync('pond/#').catch(() => []);
    expect(granted.filter(({ qos }) => qos < 128)).toEqual([]);
  });

  test.each(['tailwatch/live/pulse', '$SYS/x'])('what they publish on %s cuts their line', async (topic) => {
    await using at = await embedded();
    await using instrument = await connectInstrument(at.deviceUrl);
    const cut = closed(instrument);
    instrument.client.publish(topic, 'forged');
    await cut;
    expect(at.queue.bytes).toBe(0);
  });

  test('our own user may subscribe to what is internal', async () => {
    await using at = await embedded();
    const { host } = new URL(at.deviceUrl);
    await using screen = await connectInstrument(`mqtt://tailwatch:our-password@${host}`, 'screen');
    const heard: string[] = [];
    screen.client.on('message', (_topic, payload) => heard.push(payload.toString()));
    await screen.client.subscribeAsync('tailwatch/live/#');
    at.source.publish('tailwatch/live/pulse', 'alive');
    await eventually(() => heard.length === 1);
    expect(heard).toEqual(['alive']);
  });

  test('a packet that announces too much is cut at its beginning, and quarantined by its topic and size', async () => {
    await using at = await embedded();
    await using instrument = await connectInstrument(at.deviceUrl);
    const cut = closed(instrument);
    // A PUBLISH that announces 200 MB.
    const start = Buffer.from([0x30, 0x80, 0xc8, 0xaf, 0x5f, 0, 15]);
    instrument.client.stream.write(Buffer.concat([start, Buffer.from('pond/level/data')]));
    await cut;
    const [delivery, ...more] = at.queue.take(10);
    expect(more).toEqual([]);
    expect(delivery?.refusals).toMatchObject([
      { reason: 'payload-too-large', siteId: 'pond', topic: 'pond/level/data', payload: new Uint8Array() },
    ]);
    expect(delivery?.refusals[0]?.detail).toMatch(/^200008704 bytes/);
    expect(at.queue.bytes).toBeLessThan(1_000);
  });

  test('many large packets that never end are cut when together they hold too much, and told', async () => {
    await using at = await embedded();
    const MIB = 1_048_576;
    const lines = await Promise.all(
      Array.from({ length: 18 }, (_, i) => connectInstrument(at.deviceUrl, `large-${String(i)}`)),
    );
    // Each a PUBLISH of 8 MiB, of which 4 come.
    const start = Buffer.from([0x30, 0x80, 0x80, 0x80, 0x04, 0, 15, ...Buffer.from('pond/level/data')]);
    for (const { client } of lines) client.stream.write(Buffer.concat([start, Buffer.alloc(4 * MIB)]));
    await eventually(() => at.queue.take(100).length > 0, { what: 'a line being cut' });
    expect(at.queue.take(100)[0]?.refusals).toMatchObject([{ reason: 'payload-too-large', topic: 'pond/level/data' }]);
    await Promise.all(lines.map((line) => line[Symbol.asyncDispose]()));
  });
});

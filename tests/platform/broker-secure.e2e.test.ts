import { connect } from 'node:net';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { brokerSource } from '../../adapters/mqtt/broker-source.ts';
import { topicMap } from '../../adapters/mqtt/topic-map.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { darkEars } from '../../src/app/dark-ears.ts';
import { UNRECORDED_TOPIC } from '../../src/contract/live.ts';
import { brokerFeed } from '../../src/gateway/live/broker-feed.ts';
import { brokerTrust } from '../../src/platform/broker-trust.ts';
import { keepCertificate } from '../../src/platform/certificate.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { reachBroker } from '../../src/platform/reach-broker.ts';
import { openAuthority } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';

const authority = await openAuthority();
afterAll(() => authority[Symbol.asyncDispose]());
const pair = await authority.issue('broker');
const trust = brokerTrust({ ca: authority.ca });
const { ca } = trust;
const clock = hostClock();
const log = pino({ level: 'silent' });

describe('the embedded broker with TLS', () => {
  async function open() {
    const taken: string[] = [];
    const certificate = keepCertificate(pair, { log, clock });
    const broker = await startEmbeddedBroker({
      host: '127.0.0.1',
      port: 0,
      secure: { host: '127.0.0.1', port: 0, certificate },
      password: 'our-password',
      devicePassword: 'shared-password',
      onMessage(topic, _payload, settle) {
        taken.push(topic);
        settle();
      },
    });
    const url = `mqtts://127.0.0.1:${String(broker.securePort)}`;
    const who = { username: 'instruments', password: 'shared-password', reconnectPeriod: 0 };
    return {
      broker,
      taken,
      url,
      who,
      async [Symbol.asyncDispose]() {
        await broker[Symbol.asyncDispose]();
        certificate[Symbol.dispose]();
      },
    };
  }

  test('takes readings from who knows its certificate, and is refused by who does not', async () => {
    await using house = await open();
    const client = await mqtt.connectAsync(house.url, { ...house.who, ...(ca && { ca }) });
    await client.publishAsync('pond/level/data', 'x'.repeat(60_000), { qos: 1 });
    await client.endAsync();
    expect(house.taken).toEqual(['pond/level/data']);
    await expect(mqtt.connectAsync(house.url, house.who)).rejects.toThrow(/certificate/);
  });

  test('cuts who speaks plain text to it, and goes on', async () => {
    await using house = await open();
    const ended = new Promise((resolve) => {
      const plain = connect(house.broker.securePort ?? 0, '127.0.0.1', () => {
        plain.write(Buffer.from('101000044d5154540402003c00046e6f6e65', 'hex'));
      });
      plain.on('error', () => {}).on('close', resolve);
      plain.resume();
    });
    await ended;
    const client = await mqtt.connectAsync(house.url, { ...house.who, ...(ca && { ca }) });
    await client.publishAsync('pond/level/data', '1', { qos: 1 });
    await client.endAsync();
  });

  test('ends though somebody is still at the handshake', async () => {
    const house = await open();
    const silent = connect(house.broker.securePort ?? 0, '127.0.0.1');
    silent.on('error', () => {});
    await new Promise((resolve) => silent.once('connect', () => resolve(undefined)));
    const closed = new Promise((resolve) => silent.once('close', resolve));
    await house[Symbol.asyncDispose]();
    await closed;
  });
});

describe('an outside broker with TLS', () => {
  async function open() {
    const broker = await startMosquitto({ listener: [`certfile ${pair.cert}`, `keyfile ${pair.key}`] });
    const secure = (user: 'tailwatch' | 'instruments') => broker.urlOf(user).replace('mqtt:', 'mqtts:');
    return { broker, secure, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
  }

  test('that asks for a certificate is reached by that of MQTT_CERT, and by nobody without one', async () => {
    const asked = ['require_certificate true', `cafile ${authority.ca}`];
    await using broker = await startMosquitto({ listener: [`certfile ${pair.cert}`, `keyfile ${pair.key}`, ...asked] });
    const url = broker.urlOf('tailwatch').replace('mqtt:', 'mqtts:');
    const { cert, key } = await authority.issue('judge');
    const known = brokerTrust({ ca: authority.ca, cert, key });
    const signal = new AbortController().signal;
    await reachBroker(url, { trust: known, withinMs: 0, signal });
    await expect(reachBroker(url, { trust, withinMs: 0, signal })).rejects.toThrow('MQTT_URL must lead to');

    const queue = new IntakeQueue({ boundBytes: 1_000_000, pause: () => {}, resume: () => {} });
    const source = brokerSource({ url, trust: known, clientId: async () => 'judge', clock, intake: queue });
    await source.connect();
    await using feed = brokerFeed({ url, trust: known, clock, log, onReadings: () => {}, onUnrecorded: () => {} });
    await eventually(() => feed.connected());
    await source.close();
  });

  test('is reached by every client of ours by the certificate of MQTT_CA', async () => {
    await using house = await open();
    const url = house.secure('tailwatch');
    const over = new AbortController();
    await reachBroker(url, { trust, withinMs: 0, signal: over.signal });
    await expect(reachBroker(url, { withinMs: 0, signal: over.signal })).rejects.toThrow(
      /MQTT_URL must lead to .*certificate/,
    );

    const queue = new IntakeQueue({ boundBytes: 1_000_000, pause: () => {}, resume: () => {} });
    const source = brokerSource({ url, trust, clientId: async () => 'judge', clock, intake: queue });
    source.follow(
      topicMap([{ siteId: 'pond', topic: 'pond/{sensor}/data', value: 'v', observedAt: 't', time: 'epoch-ms' }]),
    );
    await source.connect();
    const heard: unknown[] = [];
    await using feed = brokerFeed({
      url,
      trust,
      clock,
      log,
      onReadings: () => {},
      onUnrecorded: (each) => heard.push(each),
    });
    const ears = darkEars(url, trust, over.signal);
    await eventually(() => feed.connected());

    const sender = await mqtt.connectAsync(house.secure('instruments'), { reconnectPeriod: 0, ...(ca && { ca }) });
    await sender.publishAsync('pond/level/data', JSON.stringify({ t: 1, v: 2 }), { qos: 1 });
    await eventually(() => queue.take(10).length === 1, { what: 'the reading' });
    queue.settle();
    await eventually(
      () => {
        source.publish(UNRECORDED_TOPIC, JSON.stringify({ at: 1, since: 1, targets: [] }));
        return heard.length > 0 && ears.unrecordedSince() === 1;
      },
      { what: 'feed and ears hearing the judge' },
    );
    over.abort();
    await sender.endAsync();
    await source.close();
  });

  test('whose certificate is of another authority is not believed', async () => {
    await using house = await open();
    await using stranger = await openAuthority();
    const never = { trust: brokerTrust({ ca: stranger.ca }), withinMs: 0, signal: new AbortController().signal };
    await expect(reachBroker(house.secure('tailwatch'), never)).rejects.toThrow(/certificate/);
    await expect(connectInstrument(house.secure('instruments'))).rejects.toThrow(/certificate/);
  });
});

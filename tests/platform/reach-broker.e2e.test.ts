import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { brokerSource } from '../../adapters/mqtt/broker-source.ts';
import { brokerFeed } from '../../src/gateway/live/broker-feed.ts';
import { Transmitter } from '../../simulators/instruments/transmitter.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { reachBroker } from '../../src/platform/reach-broker.ts';
import { eventually } from '../support/eventually.ts';
import { startMosquitto } from '../support/mosquitto.ts';

const PASSWORD = 'a:b@c/d%41?é';
const ASK_ONCE = { withinMs: 0, signal: new AbortController().signal };
const refusal = (url: string) =>
  reachBroker(url, ASK_ONCE).then(
    () => 'reached',
    (error: unknown) => (error as Error).message,
  );

test('a password that holds colons, signs and percents opens the line of each of our clients', async () => {
  await using broker = await startMosquitto({ password: PASSWORD });
  const url = broker.urlOf('tailwatch');
  expect(await refusal(url)).toBe('reached');

  const clock = hostClock();
  const intake = { offer: () => {} };
  const source = brokerSource({ url, clientId: async () => 'judge', clock, intake });
  await source.connect();
  expect(source.isConnected).toBe(true);
  await source.close();

  await using feed = brokerFeed({
    url,
    clock,
    log: createLogger('test', 'silent'),
    onReadings: () => {},
    onUnrecorded: () => {},
  });
  await eventually(() => feed.connected(), { what: "the gateway's line" });

  const said: string[] = [];
  await using _transmitter = new Transmitter({ url: broker.urlOf('instruments'), say: (line) => said.push(line) });
  await eventually(() => said.includes('connected to the broker'), { what: "the instruments' line" });
});

test('a refused password and a broker that is not there are told apart, each in one line without the password', async () => {
  await using broker = await startMosquitto();
  const host = `127.0.0.1:${String(broker.port)}`;
  expect(await refusal(`mqtt://tailwatch:not-it@${host}`)).toBe(
    `MQTT_URL must have a user and password that the broker accepts: ${host} refuses them`,
  );
  const nobody = `127.0.0.1:${String(await freePort())}`;
  expect(await refusal(`mqtt://tailwatch:secret@${nobody}`)).toBe(
    `MQTT_URL must lead to an MQTT broker that answers: connect ECONNREFUSED ${nobody}`,
  );
});

test('a server that is no broker does not pass for one', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await refusal(`mqtt://127.0.0.1:${String(port)}`)).toMatch(
    /^MQTT_URL must lead to an MQTT broker that answers: /,
  );
  server.close();
});

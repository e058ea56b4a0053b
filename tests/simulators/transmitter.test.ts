import { Aedes } from 'aedes';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Transmitter } from '../../simulators/instruments/transmitter.ts';
import { eventually } from '../support/eventually.ts';

/** A broker that writes down what was published to it; `acknowledges`: says that it has it. */
async function startBroker(port = 0, acknowledges = true) {
  const payloads: string[] = [];
  const sockets = new Set<Socket>();
  const broker = await Aedes.createBroker({
    authorizePublish: (_client, packet, done) => {
      payloads.push(packet.payload.toString());
      if (acknowledges) done(null);
    },
  });
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    payloads,
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

const telegram = (payload: string) => ({ topic: 'a/b', payload });
let broker: Awaited<ReturnType<typeof startBroker>>;
let transmitter: Transmitter;
let said: string[];

beforeEach(async () => {
  broker = await startBroker();
  said = [];
  transmitter = new Transmitter({ url: `mqtt://127.0.0.1:${String(broker.port)}`, say: (line) => said.push(line) });
});
afterEach(async () => {
  await transmitter[Symbol.asyncDispose]();
  await broker.stop();
});

it('sends what it takes in order, and knows when all of it has been acknowledged', async () => {
  transmitter.take(['1', '2', '3'].map(telegram));
  await transmitter.sent();
  expect(broker.payloads).toEqual(['1', '2', '3']);
});

it('waits for a broker that is away, says so once, and then sends what it kept', async () => {
  await eventually(() => said.length === 1);
  await broker.stop();
  await eventually(() => said.some((line) => line.startsWith('waiting for the broker')));
  transmitter.take(['4', '5'].map(telegram));
  broker = await startBroker(broker.port);
  await transmitter.sent();
  expect(broker.payloads).toEqual(['4', '5']);
  expect(said.filter((line) => line.startsWith('waiting'))).toHaveLength(1);
});

it('goes on sending to a broker that acknowledges nothing, and sends all of it again in order on the next line', async () => {
  await eventually(() => said.length === 1);
  await broker.stop();
  broker = await startBroker(broker.port, false);
  transmitter.take(['6', '7', '8'].map(telegram));
  await eventually(() => broker.payloads.length === 3);
  await broker.stop();
  broker = await startBroker(broker.port);
  await transmitter.sent();
  expect(broker.payloads).toEqual(['6', '7', '8']);
});

import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { pageRoutes } from './page-routes.ts';
import type { PhoneBook } from './phone-book.ts';
import { PhoneNetwork } from './phone-network.ts';
import type { NetworkOptions } from './phone-network.ts';
import { Script } from './script.ts';
import { PlaceCall, SendMessage } from './wire.ts';

interface CarrierOptions extends NetworkOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly phoneBook?: PhoneBook;
}

/** A carrier that listens on loopback. Disposing it ends its calls and closes its port. */
export interface Carrier extends AsyncDisposable {
  readonly url: string;
  readonly network: PhoneNetwork;
}

/** Starts the carrier: `/v1/*` for callers who have the key, the phones themselves on the page at `/`. */
export async function startCarrier(options: CarrierOptions): Promise<Carrier> {
  const network = new PhoneNetwork(options);
  const app = fastify({ logger: false, bodyLimit: 64 * 1024, forceCloseConnections: true });
  // Nobody but a browser on this machine: a page elsewhere that resolves to loopback names another host.
  app.addHook('onRequest', async (request, reply) => {
    if (!['127.0.0.1', 'localhost'].includes(request.hostname.replace(/:\d+$/u, '')))
      await reply.code(421).send(problem('host/unknown', 'open this at 127.0.0.1'));
  });
  app.setErrorHandler(async (error: { statusCode?: number; message: string }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send(problem('request/invalid', error.message)),
  );
  await app.register(async (api) => apiRoutes(api, network, options.key), { prefix: '/v1' });
  await app.register(async (page) => pageRoutes(page, network, options.phoneBook ?? []));
  const url = await app.listen({ host: '127.0.0.1', port: options.port });
  return {
    url,
    network,
    async [Symbol.asyncDispose]() {
      network[Symbol.dispose]();
      await app.close();
    },
  };
}

async function apiRoutes(api: FastifyInstance, network: PhoneNetwork, key: string): Promise<void> {
  api.addHook('onRequest', async (request, reply) => {
    if (!sameText(request.headers.authorization ?? '', `Bearer ${key}`))
      await reply.code(401).send(problem('key/wrong', 'the API key is missing or wrong'));
  });
  api.get('/about', async (request) => ({
    name: 'Tailwatch carrier simulator',
    simulated: true,
    page: `http://${request.host}/`,
  }));
  api.post('/calls', async (request, reply) => {
    const accepted = network.placeCall(idempotencyKey(request.headers), parsed(PlaceCall, request.body));
    return reply.code(accepted.again ? 200 : 201).send({ id: accepted.id });
  });
  api.get<{ Params: { id: string } }>('/calls/:id', async (request, reply) => {
    const call = network.calls.get(request.params.id);
    return call === undefined
      ? reply.code(404).send(problem('call/not-found', 'no such call'))
      : { id: call.id, state: call.state, ending: call.ending };
  });
  api.post<{ Params: { id: string } }>('/calls/:id/hangup', async (request, reply) =>
    network.endCall(request.params.id)
      ? reply.code(204).send()
      : reply.code(404).send(problem('call/not-found', 'no such call')),
  );
  api.post('/messages', async (request, reply) => {
    const accepted = network.sendMessage(idempotencyKey(request.headers), parsed(SendMessage, request.body));
    return reply.code(accepted.again ? 200 : 201).send({ id: accepted.id });
  });
  api.put<{ Params: { number: string } }>('/phones/:number/script', async (request, reply) => {
    network.follow(request.params.number, parsed(Script, request.body));
    return reply.code(204).send();
  });
  api.get('/log', async () => ({
    calls: [...network.calls.values()].map((call) => ({ ...call, requests: network.requests.get(call.key) })),
    messages: network.messages.map((message) => ({ ...message, requests: network.requests.get(message.key) ?? 0 })),
    reports: network.reports,
  }));
}

const problem = (code: string, title: string, field?: string) => ({
  code,
  title,
  ...(field !== undefined && { field }),
});

/** A request that was understood and refused; fastify's error handler shapes the response. */
class Refusal extends Error {
  readonly statusCode = 400;
}

function parsed<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (!result.success) throw new Refusal(z.prettifyError(result.error));
  return result.data;
}

function idempotencyKey(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '' || key.length > 200)
    throw new Refusal('the Idempotency-Key header is missing');
  return key;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

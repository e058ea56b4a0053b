import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  readonly path: string;
  readonly key: string;
  readonly authorization: string;
  readonly body: { readonly to?: string; readonly say?: string; readonly text?: string; readonly callback?: string };
}

type Answer = (
  asked: Asked,
) =>
  | Promise<{ readonly status: number; readonly body?: unknown }>
  | { readonly status: number; readonly body?: unknown };

/** A carrier of the tests' own, over real HTTP, that does what it is told; by default it takes everything, once a key. */
export interface FakeCarrier extends AsyncDisposable {
  readonly url: string;
  /** Every request that came, oldest first. */
  readonly asked: readonly Asked[];
  /** Numbers whose phones rang, or that were written to: each key once. */
  readonly rang: readonly string[];
  readonly hungUp: readonly string[];
  /** From now on every call and message is answered so; `null` takes them again. */
  answer(answer: Answer | null): void;
  /** Forgets what came so far. */
  forget(): void;
  /** From now on a hang-up is taken, and confirmed only when this resolves. */
  holdHangUps(until: Promise<void>): void;
}

export async function fakeCarrier(): Promise<FakeCarrier> {
  const asked: Asked[] = [];
  const rang = new Map<string, string>();
  const hungUp: string[] = [];
  let told: Answer | null = null;
  let confirmsHangUps = Promise.resolve();

  async function reply(request: IncomingMessage): Promise<{ readonly status: number; readonly body?: unknown }> {
    const path = request.url ?? '';
    if (path === '/v1/about') return { status: 200, body: { name: 'fake', simulated: true } };
    const call = /^\/v1\/calls\/([^/]+)\/hangup$/u.exec(path)?.[1];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (call !== undefined) {
      hungUp.push(call);
      await confirmsHangUps;
      return { status: 204 };
    }
    const one: Asked = {
      path,
      key: String(request.headers['idempotency-key']),
      authorization: String(request.headers.authorization),
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Asked['body'],
    };
    asked.push(one);
    const own = told === null ? null : await told(one);
    if (own !== null && own.status >= 300) return own;
    const known = rang.has(one.key);
    rang.set(one.key, one.body.to ?? '');
    return own ?? { status: known ? 200 : 201, body: { id: `ref-${one.key}` } };
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void reply(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    get rang() {
      return [...rang.values()];
    },
    hungUp,
    answer: (answer) => {
      told = answer;
    },
    forget() {
      asked.length = 0;
      rang.clear();
      hungUp.length = 0;
    },
    holdHangUps: (until) => {
      confirmsHangUps = until;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A door that is shut until it is opened: to hold a carrier in the middle of a request. */
export function door(): { readonly open: () => void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}

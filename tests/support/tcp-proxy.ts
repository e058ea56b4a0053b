import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';

/** A line between two programs that a test can hold or cut. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing that the server says reaches the client. */
  holdAnswers(): void;
  /** Everything held goes on, and what follows. */
  release(): void;
  /** Ends all connections; new ones are taken. */
  cut(): void;
  /** Whether a new connection is taken. */
  open(isOpen: boolean): void;
  /** Called with what the client sends, before it is passed on: returns whether it is. */
  watch: (fromClient: Buffer) => boolean;
}

/** Listens on a free port of 127.0.0.1 and passes everything on to `target`. */
export async function startTcpProxy(target: { readonly host?: string; readonly port: number }): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let isHolding = false;
  let isOpen = true;
  const proxy: Pick<TcpProxy, 'watch'> = { watch: () => true };

  const listener = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const server = connect(target.port, target.host ?? '127.0.0.1');
    const pair = { client, server };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    client.on('data', (data) => {
      if (proxy.watch(data)) server.write(data);
    });
    server.on('data', (data) => client.write(data));
    if (isHolding) server.pause();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();

  return Object.assign(proxy, {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    holdAnswers() {
      isHolding = true;
      for (const { server } of pairs) server.pause();
    },
    release() {
      isHolding = false;
      for (const { server } of pairs) server.resume();
    },
    cut() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
    },
    open(next: boolean) {
      isOpen = next;
    },
    async [Symbol.asyncDispose]() {
      this.cut();
      const closed = once(listener, 'close');
      listener.close();
      await closed;
    },
  });
}

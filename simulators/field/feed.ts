import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Measured } from './measured.ts';

/**
 * A port of this machine at which another program may say what the devices measure: whoever plays a scenario by hand. A
 * line that is no measurement ends its connection.
 */
export async function openFeed(port: number, take: (measured: Measured) => void): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => {
      const measured = Measured.safeParse(parsed(line));
      if (measured.success) take(measured.data);
      else socket.destroy();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** The way to another program's devices. What is said while it is away is lost, as it is when a device is off. */
export interface FeedLine extends AsyncDisposable {
  take(measured: Measured): void;
}

/** Connects to a feed, and again whenever something is to be said and it is not connected. */
export function feedLine(port: number): FeedLine {
  let socket: Socket | null = null;
  const dial = (): Socket => {
    const own = connect(port, '127.0.0.1');
    own.on('error', () => own.destroy());
    own.once('close', () => (socket = null));
    return own;
  };
  return {
    take(measured) {
      socket ??= dial();
      socket.write(`${JSON.stringify(measured)}\n`);
    },
    async [Symbol.asyncDispose]() {
      if (socket === null) return;
      const closed = once(socket, 'close');
      socket.end();
      socket.resume();
      await closed;
    },
  };
}

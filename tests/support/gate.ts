import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A line between a client and a server of ours, on which the server's answers can be held back. */
export interface Gate extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing the server says arrives. */
  hold(): void;
  /** What was held back arrives, unless its connection has ended meanwhile. */
  release(): void;
}

/** Opens a gate in front of a port of 127.0.0.1. Whoever finds the server gone is cut off, as by the server itself. */
export async function openGate(behind: number): Promise<Gate> {
  const answers = new Set<Socket>();
  let held = false;
  const server = createServer((client) => {
    const target = connect(behind, '127.0.0.1');
    answers.add(target);
    client.pipe(target);
    target.on('data', (data) => client.write(data));
    if (held) target.pause();
    const end = (): void => {
      answers.delete(target);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    hold() {
      held = true;
      for (const target of answers) target.pause();
    },
    release() {
      held = false;
      for (const target of answers) target.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const target of answers) target.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

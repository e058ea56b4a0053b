import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { OpenWire, Wire, WireEars } from './wire.ts';

const CONNECT_WITHIN_MS: DurationMs = 5 * SECOND;
/** A line on which nothing is asked for a long time is found to be dead all the same. */
const KEEP_ALIVE_MS: DurationMs = 30 * SECOND;

/** Dials. */
export const dialled =
  (host: string, port: number): OpenWire =>
  (ears, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      const fail = (why: string): void => {
        socket.destroy();
        signal.removeEventListener('abort', stop);
        const message = `${why} ${host}:${String(port)}`;
        reject(new AppError('adapter/not-connected', message, { retryable: true, facts: { why } }));
      };
      const stop = (): void => fail('stopped');
      const refused = (error: NodeJS.ErrnoException): void => fail(error.code ?? 'ECONNREFUSED');
      const timer = setTimeout(() => fail('ETIMEDOUT'), CONNECT_WITHIN_MS);
      signal.addEventListener('abort', stop);
      socket.once('error', refused).once('close', () => clearTimeout(timer));
      socket.once('connect', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        socket.off('error', refused);
        resolve(wireOf(socket, ears));
      });
    });

/** A connection as a wire. What it sends too fast for the other end is its slave's, which does not ask for it: nothing piles up. */
export function wireOf(socket: Socket, ears: WireEars): Wire {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.on('data', (bytes: Buffer) => ears.came(bytes));
  // `close` follows.
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.on('close', () => ears.closed());
  return {
    write: (bytes) => void socket.write(bytes),
    close: () => socket.destroy(),
  };
}

import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { ModbusModem } from '../../src/contract/acquire/modbus-config.ts';
import { joined } from './joined-frame.ts';
import { REGISTRATION_BYTES_MOST, registered } from './registration-frame.ts';
import { wireOf } from './tcp-wire.ts';
import type { OpenWire, Wire } from './wire.ts';

const REGISTER_WITHIN_MS: DurationMs = 15 * SECOND;
/** Connections that have not said who they are. More are strangers: they are closed at once. */
const UNKNOWN_MOST = 64;
/** A hello and its pieces come together; of two that could be meant the longer may be on its way. */
const SETTLE_MS: DurationMs = 300;

interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly modems: readonly ModbusModem[];
  /** Somebody called whom nobody knows, with what came first, as hexadecimal digits. */
  readonly refused: (from: string, came: string) => void;
}

/** A port at which modems call. */
export interface ModemListener {
  /** The port that was taken. */
  readonly port: number;
  /** Waits until this modem calls. */
  open(modem: ModbusModem): OpenWire;
  close(): Promise<void>;
}

/** One who waits for a modem. */
type Waiting = (socket: Socket) => void;

/**
 * Listens for modems, and tells them by what they send first. One that calls again takes the place of its own connection
 * before: behind a carrier's network the old one may never be told that it ended. Throws `adapter/not-connected` where the
 * port cannot be taken.
 */
export async function listenForModems(options: ListenerOptions): Promise<ModemListener> {
  const { host, port, modems, refused } = options;
  const waiting = new Map<ModbusModem, Waiting>();
  /** Called, and nobody waits for it yet; or in use. */
  const arrived = new Map<ModbusModem, Socket>();
  const inUse = new Map<ModbusModem, Socket>();
  const unknown = new Set<Socket>();

  function known(modem: ModbusModem, socket: Socket): void {
    inUse.get(modem)?.destroy();
    arrived.get(modem)?.destroy();
    const take = waiting.get(modem);
    if (take !== undefined) {
      waiting.delete(modem);
      take(socket);
      return;
    }
    arrived.set(modem, socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      if (arrived.get(modem) === socket) arrived.delete(modem);
    });
  }

  const server = createServer((socket) => {
    if (unknown.size >= UNKNOWN_MOST) return void socket.destroy();
    unknown.add(socket);
    let came: Uint8Array = new Uint8Array();
    let settling: NodeJS.Timeout | undefined;
    let isSettled = false;
    const from = socket.remoteAddress ?? '';
    const end = (): void => {
      clearTimeout(timer);
      clearTimeout(settling);
      unknown.delete(socket);
      socket.off('data', hear).off('error', lost).off('close', end);
    };
    const lost = (): void => void socket.destroy();
    const refuse = (): void => {
      end();
      socket.on('error', lost).destroy();
      refused(from, Buffer.from(came.subarray(0, 32)).toString('hex'));
    };
    const decide = (): void => {
      const modem = registered(modems, came);
      if (modem === undefined) return;
      end();
      socket.pause();
      known(modem, socket);
    };
    const hear = (bytes: Buffer): void => {
      came = joined(came, bytes);
      if (came.length > 4 * REGISTRATION_BYTES_MOST) return refuse();
      settling ??= setTimeout(() => {
        isSettled = true;
        decide();
      }, SETTLE_MS);
      if (isSettled) decide();
    };
    const timer = setTimeout(refuse, REGISTER_WITHIN_MS);
    socket.on('data', hear).on('error', lost).on('close', end);
  });
  await listening(server, host, port);
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    open: (modem) => (ears, signal) =>
      new Promise((resolve, reject) => {
        const take: Waiting = (socket) => {
          signal.removeEventListener('abort', stop);
          inUse.set(modem, socket);
          socket.once('close', () => {
            if (inUse.get(modem) === socket) inUse.delete(modem);
          });
          const wire: Wire = wireOf(socket, ears);
          socket.resume();
          resolve(wire);
        };
        const stop = (): void => {
          waiting.delete(modem);
          reject(new AppError('adapter/not-connected', 'stopped', { retryable: true, facts: { why: 'stopped' } }));
        };
        const one = arrived.get(modem);
        arrived.delete(modem);
        if (one !== undefined) return take(one);
        waiting.set(modem, take);
        signal.addEventListener('abort', stop, { once: true });
      }),
    async close() {
      for (const socket of [...unknown, ...inUse.values(), ...arrived.values()]) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const why = error.code ?? error.message;
      reject(new AppError('adapter/not-connected', `${why} ${host}:${String(port)}`, { cause: error, facts: { why } }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      server.on('error', () => {});
      resolve();
    });
  });

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { mishap } from './chaos.ts';
import type { Done, Mishap } from './chaos.ts';
import { deviceLine } from './device-line.ts';
import { serialDevices } from './serial-devices.ts';
import type { Devices, Heard } from './serial-devices.ts';
import { tcpDevices } from './tcp-devices.ts';

interface BusOptions {
  readonly devices: Devices;
  /** What happens to an answer; without it nothing does. */
  readonly fault?: ((heard: Heard) => Mishap | 'none') | undefined;
  readonly draw?: (() => number) | undefined;
  /** What a late answer is late for, ms. */
  readonly patienceMs?: number | undefined;
  /** How long a byte is on the line, ms: answers take as long as on a real one. */
  readonly byteMs?: number | undefined;
}

/** A simulated bus at some connection. Disposing it ends everything of it. */
export interface SimulatedBus extends AsyncDisposable {
  /** Where it listens; 0 where it does not. */
  readonly port: number;
  /** Ends all connections, as a network does that fails. */
  cut(): void;
  /** Connections, now. */
  readonly connections: number;
}

const hostTime = {
  now: () => performance.now(),
  after: (delayMs: number, run: () => void) => setTimeout(run, delayMs),
};

function doneBy(framing: 'serial' | 'tcp', { fault, draw = () => 0.5, patienceMs = 1_000, byteMs = 0 }: BusOptions) {
  return (heard: Heard, heldUpMs: number): Done => {
    const kind = fault?.(heard) ?? 'none';
    if (kind !== 'none') return mishap(kind, heard, { framing, draw, patienceMs, gapMs: 3, heldUpMs });
    // Both have to go over the line, and the slave hears the silence behind the one before it begins the other.
    const afterMs = byteMs * (heard.request.length + heard.answer.length + 3.5);
    return { kind: 'send', parts: [{ afterMs, bytes: heard.answer }] };
  };
}

/** One connection of a bus. */
function attach(socket: Socket, framing: 'serial' | 'tcp', options: BusOptions): void {
  let isHanging = false;
  const line = deviceLine({
    time: hostTime,
    hear: framing === 'serial' ? serialDevices(options.devices) : tcpDevices(options.devices),
    done: doneBy(framing, options),
    end: {
      send: (bytes) => (isHanging || socket.destroyed ? undefined : void socket.write(bytes)),
      reset: () => void socket.resetAndDestroy(),
      hang: () => {
        isHanging = true;
      },
    },
  });
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => (isHanging ? undefined : line(bytes)));
  socket.on('error', () => socket.destroy());
}

/** Slaves that listen: at Modbus TCP, or with raw serial frames as a transparent converter passes them on. 0 takes any port. */
export async function listeningBus(
  framing: 'serial' | 'tcp',
  port: number,
  options: BusOptions,
  host = '127.0.0.1',
): Promise<SimulatedBus> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    attach(socket, framing, options);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const cut = (): void => sockets.forEach((socket) => socket.resetAndDestroy());
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    get connections() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

interface ModemOptions extends BusOptions {
  readonly host: string;
  readonly port: number;
  /** Sent first. */
  readonly registration: Buffer;
  readonly heartbeat?: { readonly bytes: Buffer; readonly everyMs: number } | undefined;
}

const REDIAL_MS = 200;

/** A modem that calls, says who it is, sends its heartbeat whatever else is under way, and calls again when it is cut off. */
export function callingModem(options: ModemOptions): SimulatedBus {
  const { host, port, registration, heartbeat } = options;
  let socket: Socket | null = null;
  let isOver = false;
  let redial: NodeJS.Timeout | undefined;
  function dial(): void {
    const own = connect({ host, port });
    socket = own;
    own.once('connect', () => own.write(registration));
    attach(own, 'serial', options);
    const beat = heartbeat && setInterval(() => own.writable && own.write(heartbeat.bytes), heartbeat.everyMs);
    own.once('close', () => {
      clearInterval(beat);
      if (!isOver) redial = setTimeout(dial, REDIAL_MS);
    });
  }
  dial();
  return {
    port: 0,
    cut: () => void socket?.resetAndDestroy(),
    get connections() {
      return socket?.readyState === 'open' ? 1 : 0;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      clearTimeout(redial);
      const closed = socket !== null && !socket.destroyed ? once(socket, 'close') : null;
      socket?.destroy();
      await closed;
    },
  };
}

/** Slaves at a serial port. */
export async function serialBus(path: string, baud: number, options: BusOptions): Promise<SimulatedBus> {
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
  const line = deviceLine({
    time: hostTime,
    hear: serialDevices(options.devices),
    done: doneBy('serial', options),
    end: { send: (bytes) => void port.write(bytes), reset: () => {}, hang: () => {} },
  });
  port.on('data', line);
  return {
    port: 0,
    cut: () => {},
    connections: 1,
    async [Symbol.asyncDispose]() {
      if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}

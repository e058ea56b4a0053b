import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Sl651Line } from '../../src/contract/acquire/sl651-config.ts';
import { AppError } from '../../src/core/errors.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Line, LinePorts, Protocol, RawValue } from '../acquisition.ts';
import { QUERY_NOW, question } from './answer-frame.ts';
import type { Addressed } from './answer-frame.ts';
import type { Body } from './body-decode.ts';
import { connection } from './connection.ts';
import type { Station } from './station-decode.ts';
import { statusWords } from './station-decode.ts';
import { offsetMs, tryFrames } from './try-decode.ts';

const LOOK_EVERY_MS = 10 * SECOND;
const ANSWER_WITHIN_MS = 30 * SECOND;
/** A connection over which nothing comes for so long is dead, whatever TCP believes. */
const IDLE_MS = 30 * MINUTE;
const RAW_MAX = 2_000;

/** A station while it is on the line. */
interface OnLine {
  readonly socket: Socket;
  readonly as: Addressed;
}

/**
 * A port at which SL 651 stations call. A message is acknowledged when what it says lies in the spool; what is not
 * acknowledged the station sends again, and what is there already is not stored twice.
 */
function sl651Line(config: Sl651Line, ports: LinePorts): Line {
  const utcOffsetMs = offsetMs(config.utcOffset);
  const stations = new Map(config.stations.map((station) => [station.address, station]));
  const onLine = new Map<string, OnLine>();
  const heardAt = new Map<string, Instant>();
  /** What a station last said of itself: a word that it is there says nothing of it. */
  const status = new Map<string, number>();
  const raw = new Map<string, RawValue>();
  /** By station: who waits for its answer. */
  const asking = new Map<string, () => void>();

  const heard = (station: Station, at: OnLine, body: Body | null): void => {
    heardAt.set(station.name, ports.clock.now());
    onLine.set(station.name, at);
    if (body !== null && body.status !== null) status.set(station.name, body.status);
    const detail = statusWords(status.get(station.name) ?? null);
    ports.report({ device: station.name, state: 'connected', ...(detail !== '' && { detail }) });
  };
  const keepRaw = (station: Station, body: Body): void => {
    for (const { id, raw: bytes, value } of body.elements) {
      const key = `${station.name} ${id}`;
      if (!raw.has(key) && raw.size >= RAW_MAX) return;
      const sensorCode = station.elements.find(({ element }) => element === id)?.sensor;
      raw.set(key, {
        at: id,
        device: station.name,
        raw: bytes,
        receivedAt: ports.clock.now(),
        ...(sensorCode !== undefined && { sensorCode }),
        ...(value !== null && { value }),
      });
    }
  };
  const lookForSilence = (since: Instant): void => {
    const now = ports.clock.now();
    for (const { name, silentAfterSeconds } of config.stations) {
      const seconds = Math.floor((now - (heardAt.get(name) ?? since)) / SECOND);
      if (seconds > silentAfterSeconds) ports.report({ device: name, state: 'faulty', fault: 'silent' });
    }
  };

  return {
    async run(signal) {
      const sockets = new Set<Socket>();
      const busy = new Set<Promise<void>>();
      const server = createServer({ keepAlive: true, keepAliveInitialDelay: 30_000, noDelay: true }, (socket) => {
        if (sockets.size >= config.connectionsMax) return void socket.destroy();
        sockets.add(socket);
        socket.setTimeout(IDLE_MS, () => socket.destroy());
        const served = connection(socket, {
          ports,
          utcOffsetMs,
          afterLast: config.afterLast,
          stationOf: (address) => stations.get(address),
          onHeard: (station, as, body) => {
            heard(station, { socket, as }, body);
          },
          onStored(station, func, body) {
            keepRaw(station, body);
            if (func === QUERY_NOW) asking.get(station.name)?.();
          },
        }).finally(() => {
          sockets.delete(socket);
          busy.delete(served);
          for (const [name, at] of onLine) if (at.socket === socket) onLine.delete(name);
        });
        busy.add(served);
      });
      const { host, port } = config.listen;
      try {
        server.listen(port, host);
        await once(server, 'listening', { signal });
      } catch (cause) {
        server.close();
        if (signal.aborted) return;
        throw new AppError('adapter/not-connected', `cannot listen on ${host}:${String(port)}: ${String(cause)}`, {
          cause,
        });
      }
      ports.report({ state: 'connected' });
      const since = ports.clock.now();
      const looking = setInterval(() => {
        lookForSilence(since);
      }, LOOK_EVERY_MS);
      try {
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        clearInterval(looking);
        server.close();
        for (const socket of sockets) socket.destroy();
        await Promise.allSettled(busy);
      }
    },

    async measure(sensorCodes, signal) {
      const asked = config.stations.filter(({ elements }) =>
        elements.some(({ sensor }) => sensorCodes.includes(sensor)),
      );
      await Promise.all(asked.map((station) => ask(station, signal)));
    },
    liveRaw: () => [...raw.values()],
  };

  async function ask({ name }: Station, signal: AbortSignal): Promise<void> {
    const at = onLine.get(name);
    if (at === undefined)
      throw new AppError('adapter/not-connected', `the station ${name} is not on the line`, { retryable: true });
    const { promise, resolve } = Promise.withResolvers<void>();
    asking.set(name, resolve);
    try {
      at.socket.write(question(at.as, ports.clock.now(), utcOffsetMs));
      await within(promise, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
    } catch (cause) {
      throw new AppError('adapter/not-connected', `the station ${name} did not answer`, { cause, retryable: true });
    } finally {
      if (asking.get(name) === resolve) asking.delete(name);
    }
  }
}

async function within(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    reject(signal.reason as Error);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([promise, never]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** SL 651-2014 over TCP. */
export const sl651: Protocol<Sl651Line> = { line: sl651Line, tryOut: tryFrames };

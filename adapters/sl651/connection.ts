import type { Socket } from 'node:net';
import type { Sl651Line } from '../../src/contract/acquire/sl651-config.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { LinePorts } from '../acquisition.ts';
import { acknowledgement } from './answer-frame.ts';
import type { Addressed } from './answer-frame.ts';
import { bodyOf } from './body-decode.ts';
import type { Body } from './body-decode.ts';
import { ACK, EOT, ESC, framer } from './frame.ts';
import type { UpFrame } from './frame.ts';
import { joiner } from './joined-frame.ts';
import { acquiredOf } from './station-decode.ts';
import type { Station } from './station-decode.ts';

/** A frame is sent in one go: what is incomplete after this was broken off. */
const BROKEN_OFF_MS = 3 * SECOND;
const LINK_KEEP = 0x2f;
/** Strangers and faults told of one connection. */
const TOLD_MAX = 20;

interface Served {
  readonly ports: LinePorts;
  readonly utcOffsetMs: DurationMs;
  readonly afterLast: Sl651Line['afterLast'];
  readonly stationOf: (address: string) => Station | undefined;
  /** A station said something; `body` is null where that is only that it is there. */
  readonly onHeard: (station: Station, as: Addressed, body: Body | null) => void;
  /** What a message says lies in the spool. */
  readonly onStored: (station: Station, func: number, body: Body) => void;
}

/** Serves one connection until it closes: messages one after the other, and no more is read while one waits for the spool. */
export async function connection(socket: Socket, served: Served): Promise<void> {
  const { ports } = served;
  const input = framer();
  const join = joiner();
  let told = 0;
  let under: Promise<void> = Promise.resolve();
  let broken: NodeJS.Timeout | undefined;

  const complain = (facts: Readonly<Record<string, string>>, words: string): void => {
    told += 1;
    if (told <= TOLD_MAX) ports.log.warn(facts, words);
  };

  const take = async (frame: UpFrame): Promise<void> => {
    const station = served.stationOf(frame.station);
    if (station === undefined)
      return complain({ station: frame.station }, 'a station that is not configured is not acknowledged');
    if (station.password !== undefined && !(await isPassword(ports, station.password, frame.password))) {
      ports.report({ device: station.name, state: 'faulty', fault: 'login-refused' });
      return;
    }
    const { centre, password } = frame;
    const as = { centre, station: frame.station, password };
    if (frame.func === LINK_KEEP) return served.onHeard(station, as, null);
    const whole = join.add(frame);
    const body = bodyOf(whole ?? frame, served.utcOffsetMs);
    const last = served.afterLast === 'stay' ? ESC : EOT;
    const end = frame.more ? ACK : last;
    const answer = (): void => {
      const at = ports.clock.now();
      if (socket.writable)
        socket.write(acknowledgement(frame, { serial: body.serial, end, at, utcOffsetMs: served.utcOffsetMs }));
    };
    if (whole === null) {
      // Nothing of it can be read before the rest is there: a station that waits for each packet is told to go on.
      if (frame.more) answer();
      return;
    }
    served.onHeard(station, as, body);
    // The check sum is right: sent again it would be the same.
    if (body.fault !== null)
      complain(
        { station: station.name, fault: body.fault, body: hexOf(whole.body) },
        'a message is not read to its end',
      );
    const acquired = acquiredOf(station, body, ports.clock.now());
    if (acquired.length > 0) await ports.offer(acquired);
    served.onStored(station, frame.func, body);
    answer();
  };

  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const go = (frames: readonly UpFrame[]): void => {
    if (frames.length === 0) return;
    socket.pause();
    under = under
      .then(async () => {
        for (const frame of frames) await take(frame);
      })
      .catch((error: unknown) => {
        // Not acknowledged: the station sends it again.
        ports.log.debug({ fault: String(error) }, 'a message was not taken');
        socket.destroy();
      })
      .finally(() => socket.resume());
  };
  socket.on('data', (chunk: Buffer) => {
    clearTimeout(broken);
    go(input.push(chunk));
    broken = setTimeout(() => {
      go(input.giveUp());
    }, BROKEN_OFF_MS);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(broken);
    resolve();
  });
  await closed;
  await under;
}

async function isPassword(ports: LinePorts, name: string, given: number): Promise<boolean> {
  return (await ports.secret(name)).trim().toUpperCase() === given.toString(16).toUpperCase().padStart(4, '0');
}

const BYTES_TOLD = 256;
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, BYTES_TOLD)).toString('hex');

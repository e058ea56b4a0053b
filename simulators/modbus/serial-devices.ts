import { isSealed, sealed } from './checksum.ts';
import { LOGGER_REQUEST, loggerReply, moduleAsked } from './logger.ts';
import type { Logger } from './logger.ts';
import { reply } from './memory.ts';
import type { Memory } from './memory.ts';

/** What hangs on one bus. */
export interface Devices {
  /** By unit. */
  readonly slaves?: ReadonlyMap<number, Memory>;
  /** By module. */
  readonly loggers?: ReadonlyMap<number, Logger>;
}

/** One request to somebody on the bus, and what that one says to it. */
export interface Heard {
  readonly request: Buffer;
  readonly answer: Buffer;
}

const REQUEST = 8;
const KEPT_MOST = 64;

/** Listens on a bus: gives the answer to each request that somebody there has to answer, and passes over all else. */
export function serialDevices({ slaves, loggers }: Devices): (bytes: Buffer) => Heard[] {
  let waiting = Buffer.alloc(0);
  const asked = (bytes: Buffer): Heard | undefined => {
    const frame = bytes.subarray(0, REQUEST);
    const memory = slaves?.get(frame.readUInt8(0));
    if (memory !== undefined && isSealed(frame))
      return {
        request: frame,
        answer: sealed(Buffer.concat([frame.subarray(0, 1), reply(memory, frame.subarray(1, -2))])),
      };
    const module = moduleAsked(bytes);
    const logger = module === undefined ? undefined : loggers?.get(module);
    const longer = bytes.subarray(0, LOGGER_REQUEST);
    if (logger !== undefined && isSealed(longer)) return { request: longer, answer: loggerReply(logger, longer) };
    return undefined;
  };
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    const heard: Heard[] = [];
    for (let at = 0; at + REQUEST <= waiting.length; ) {
      const one = asked(waiting.subarray(at));
      if (one === undefined) at += 1;
      else {
        heard.push(one);
        waiting = waiting.subarray(at + one.request.length);
        at = 0;
      }
    }
    if (waiting.length > KEPT_MOST) waiting = waiting.subarray(-KEPT_MOST);
    return heard;
  };
}

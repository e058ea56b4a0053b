import { sealed } from './checksum.ts';

/** One wire of a logger: hertz, whatever its amplitude is measured in, °C. */
export interface WireState {
  readonly frequency: number;
  readonly amplitude: number;
  readonly temperature: number;
  /** Low half: the wire, high half: its thermistor; 0 is good. */
  readonly status: number;
}

/** A vibrating-wire logger as FreeSun's speak: undefined where it has no such channel. */
export type Logger = (channel: number) => WireState | undefined;

/** `00 0A` module `01` channel `67`, and a checksum. */
export const LOGGER_REQUEST = 9;
const ANSWER = 20;

/** The number of the module that is asked, where the bytes begin like a request to a logger. */
export const moduleAsked = (bytes: Buffer): number | undefined =>
  bytes.length >= LOGGER_REQUEST && bytes.readUInt16BE(0) === 0x000a && bytes[4] === 1 && bytes[6] === 0x67
    ? bytes.readUInt16BE(2)
    : undefined;

/** What a logger says to a request. */
export function loggerReply(logger: Logger, request: Buffer): Buffer {
  const channel = request.readUInt8(5);
  const wire = logger(channel);
  const frame = Buffer.alloc(ANSWER);
  request.copy(frame, 0, 0, 4);
  frame.writeUInt8(wire === undefined ? 0xc0 : 1, 4);
  frame.writeUInt8(channel, 5);
  frame.writeUInt8(0x67, 6);
  if (wire !== undefined) {
    frame.writeUInt8(wire.status, 7);
    frame.writeFloatBE(wire.frequency, 8);
    frame.writeFloatBE(wire.amplitude, 12);
    frame.writeFloatBE(wire.temperature, 16);
  }
  return sealed(frame);
}

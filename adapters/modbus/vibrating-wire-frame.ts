import { withCrc } from './crc-codec.ts';
import type { Answer } from './request-frame.ts';
import type { Shape } from './shape-frame.ts';

/** One channel of a FreeSun vibrating-wire logger. Its frames share a serial line with Modbus and are none. */
export interface WireRequest {
  readonly module: number;
  readonly channel: number;
}

/** What one channel measured: hertz, the amplitude as the logger gives it, °C. */
export interface WireMeasured {
  readonly frequency: number;
  readonly amplitude: number;
  readonly temperature: number;
  /** What the logger says of each: 0 is good. */
  readonly wireStatus: number;
  readonly temperatureStatus: number;
}

const DEVICE_TYPE = 0x000a;
const MEASURE = 0x67;
const REFUSED = 0xc0;
const LENGTH = 22;
/** Of a refusal no length is written down: all that could be one are tried, by their CRC. */
const REFUSAL_LENGTHS = Array.from({ length: LENGTH - 7 }, (_, i) => LENGTH - i);
const AT = { command: 4, channel: 5, status: 7, frequency: 8, amplitude: 12, temperature: 16 };

/** Device type, module, 1, channel, what to do, CRC: nine bytes. */
export const wireRequest = ({ module, channel }: WireRequest): Uint8Array =>
  withCrc([DEVICE_TYPE >> 8, DEVICE_TYPE & 0xff, module >> 8, module & 0xff, 1, channel, MEASURE]);

/** What its answer looks like: it names module and channel, so what is late is at least of this wire. */
export function wireShape({ module, channel }: WireRequest): Shape {
  const head = [DEVICE_TYPE >> 8, DEVICE_TYPE & 0xff, module >> 8, module & 0xff];
  return {
    device: `module ${String(module)}`,
    key: `wire ${String(module)} ${String(channel)}`,
    refusalKey: null,
    lengths(bytes, at) {
      if (!head.every((byte, i) => bytes[at + i] === byte) || bytes[at + AT.channel] !== channel) return [];
      return bytes[at + AT.command] === REFUSED ? REFUSAL_LENGTHS : [LENGTH];
    },
    read: (frame): Answer =>
      frame[AT.command] === REFUSED
        ? { kind: 'exception', code: REFUSED }
        : { kind: 'data', data: frame.slice(0, LENGTH) },
  };
}

/** What stands in a whole frame. A number may be none: that is for whoever makes a value of it. */
export function wireMeasured(frame: Uint8Array): WireMeasured {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const status = view.getUint8(AT.status);
  return {
    frequency: view.getFloat32(AT.frequency),
    amplitude: view.getFloat32(AT.amplitude),
    temperature: view.getFloat32(AT.temperature),
    wireStatus: status & 0x0f,
    temperatureStatus: status >> 4,
  };
}

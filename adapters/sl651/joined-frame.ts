import type { UpFrame } from './frame.ts';

/** A message of several packets may be so long: pictures are the longest, and nobody reads those here. */
const BYTES_MAX = 262_144;

/** Puts messages together that come in several packets. Bounded: one message of one function at a time. */
export interface Joiner {
  /** The whole message with the body of all its packets, or null while some are missing. */
  add(frame: UpFrame): UpFrame | null;
}

/**
 * One begins anew with its first packet, and with a packet of another function or count. A packet that comes twice counts
 * once; the serial number, which each carries or only the first, is that of the first.
 */
export function joiner(): Joiner {
  let func = -1;
  let of = 0;
  let parts = new Map<number, Uint8Array>();
  let bytes = 0;
  const clear = (): void => {
    parts = new Map<number, Uint8Array>();
    bytes = 0;
  };
  return {
    add(frame) {
      const { part } = frame;
      if (part === null || part.of <= 1) return frame;
      if (part.number < 1 || part.number > part.of) return null;
      if (frame.func !== func || part.of !== of || (part.number === 1 && parts.size === of)) {
        func = frame.func;
        of = part.of;
        clear();
      }
      bytes += frame.body.length - (parts.get(part.number)?.length ?? 0);
      if (bytes > BYTES_MAX) {
        clear();
        func = -1;
        return null;
      }
      parts.set(part.number, frame.body);
      if (parts.size < of) return null;
      const whole = new Uint8Array(bytes);
      let at = 0;
      for (let i = 1; i <= of; i += 1) {
        const body = parts.get(i) ?? new Uint8Array();
        whole.set(body, at);
        at += body.length;
      }
      func = -1;
      clear();
      return { ...frame, body: whole, part: null };
    },
  };
}

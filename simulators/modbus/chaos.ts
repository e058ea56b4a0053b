import { sealed } from './checksum.ts';
import type { Heard } from './serial-devices.ts';

/** What goes wrong with an answer. */
export const MISHAPS = [
  'late',
  'doubled',
  'late-doubled',
  'truncated',
  'garbage-before',
  'garbage-behind',
  'corrupted',
  'wrong-unit',
  'wrong-function',
  'wrong-length',
  'exception',
  'broadcast',
  'silent',
  'reset',
  'half-open',
  'in-pieces',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** Answers with a checksum that is right, and something in them that is not. */
const LIES: ReadonlySet<Mishap> = new Set(['wrong-unit', 'wrong-function', 'wrong-length']);

/** What the slave does with one answer: parts in their order, each so long after the one before; or an end. */
export type Done =
  | { readonly kind: 'send'; readonly parts: readonly { readonly afterMs: number; readonly bytes: Buffer }[] }
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** The connection stays, and nothing goes over it any more. */
  | { readonly kind: 'half-open' };

interface ChaosOptions {
  readonly framing: 'serial' | 'tcp';
  /** From 0 up to 1. */
  readonly draw: () => number;
  /** How long whoever asks waits at least; a late answer comes up to six times as late. */
  readonly patienceMs: number;
  /** A serial frame and its double are not further apart than this. */
  readonly gapMs: number;
  /** How late the answer is already, because others before it are. */
  readonly heldUpMs?: number;
}

/**
 * One mishap to one answer. A slave that lies (wrong unit, function or length) does it in time: one that lies late and looks
 * like the right one cannot be told by anybody. Where others hold it up, it is silent instead.
 */
export function mishap(kind: Mishap, { answer }: Pick<Heard, 'answer'>, options: ChaosOptions): Done {
  const { framing, draw, patienceMs, gapMs, heldUpMs = 0 } = options;
  if (heldUpMs > 0 && LIES.has(kind)) return { kind: 'send', parts: [] };
  const whole = (most: number): number => Math.floor(draw() * most);
  const noise = (): Buffer => Buffer.from(Array.from({ length: 1 + whole(40) }, () => whole(256)));
  const send = (...bytes: readonly Buffer[]): Done => ({
    kind: 'send',
    parts: bytes.map((each) => ({ afterMs: 0, bytes: each })),
  });
  const lateMs = patienceMs * (0.9 + 5 * draw());
  const again = { afterMs: gapMs * 0.9 * draw(), bytes: answer };
  /** The body of the answer, changed, under the same head and a checksum that is right. */
  const rebuilt = (change: (body: Buffer) => Buffer): Buffer => {
    const [head, tail] = framing === 'serial' ? [0, 2] : [6, 0];
    const body = change(Buffer.from(answer.subarray(head, answer.length - tail)));
    if (framing === 'serial') return sealed(body);
    const header = Buffer.from(answer.subarray(0, 6));
    header.writeUInt16BE(body.length, 4);
    return Buffer.concat([header, body]);
  };
  switch (kind) {
    case 'late':
      return { kind: 'send', parts: [{ afterMs: lateMs, bytes: answer }] };
    case 'doubled':
      return { kind: 'send', parts: [{ afterMs: 0, bytes: answer }, again] };
    case 'late-doubled':
      return { kind: 'send', parts: [{ afterMs: lateMs, bytes: answer }, again] };
    case 'truncated':
      return send(answer.subarray(0, whole(answer.length)));
    case 'garbage-before':
      return send(noise(), answer);
    case 'garbage-behind':
      return send(answer, noise());
    case 'corrupted': {
      const bad = Buffer.from(answer);
      const at = framing === 'serial' ? whole(bad.length) : whole(9);
      bad.writeUInt8(bad.readUInt8(at) ^ (1 << whole(8)), at);
      return send(bad);
    }
    case 'wrong-unit':
      return send(
        rebuilt((body) =>
          Buffer.concat([Buffer.from([(body.readUInt8(0) + 1 + whole(200)) & 0xff]), body.subarray(1)]),
        ),
      );
    case 'wrong-function':
      return send(
        rebuilt((body) => Buffer.concat([body.subarray(0, 1), Buffer.from([body.readUInt8(1) ^ 7]), body.subarray(2)])),
      );
    case 'wrong-length':
      return send(rebuilt((body) => Buffer.concat([body.subarray(0, 2), Buffer.from([2]), body.subarray(3, 5)])));
    case 'exception':
      return send(rebuilt((body) => Buffer.from([body.readUInt8(0), body.readUInt8(1) | 0x80, 1 + whole(11)])));
    case 'broadcast':
      // Somebody writes to all: a frame that is nobody's answer.
      return framing === 'serial'
        ? send(sealed(Buffer.from([0, 6, 0, whole(256), whole(256), whole(256)])), answer)
        : send(answer, answer);
    case 'silent':
      return { kind: 'send', parts: [] };
    case 'reset':
      return { kind: 'reset' };
    case 'half-open':
      return { kind: 'half-open' };
    case 'in-pieces': {
      const cut = 1 + whole(answer.length - 1);
      return {
        kind: 'send',
        parts: [
          { afterMs: 0, bytes: answer.subarray(0, cut) },
          { afterMs: patienceMs * 0.3 * draw(), bytes: answer.subarray(cut) },
        ],
      };
    }
  }
}

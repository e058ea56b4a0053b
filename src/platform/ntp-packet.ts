import { instant } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';

/** Bytes of a message without extensions (RFC 5905, 7.3). */
const LENGTH = 48;
const CLIENT = 3;
const SERVER = 4;
const VERSION = 4;
const NOT_SYNCHRONISED = 3;
/** From 1900, where NTP begins, to 1970, and until its seconds begin anew. */
const TO_1970_S = 2_208_988_800;
const ERA_S = 2 ** 32;
/** A server that is itself so far from the truth says nothing about two seconds. */
const MOST_ROOT_DISTANCE_S = 1;

/** What one answer says: how far the server's clock is ahead of ours, or why it says nothing. */
export type NtpAnswer =
  | { readonly offsetMs: DurationMs; readonly delayMs: DurationMs }
  | { readonly unknown: 'short' | 'not-an-answer' | 'not-ours' | 'kiss-o-death' | 'not-synchronised' | 'too-far' };

/**
 * A question (SNTP, RFC 4330). `nonce` stands where our time would: the server sends it back, nobody can guess it, and
 * nobody learns our clock.
 */
export function ntpQuestion(nonce: bigint): Buffer {
  const packet = Buffer.alloc(LENGTH);
  packet.writeUInt8((VERSION << 3) | CLIENT, 0);
  packet.writeBigUInt64BE(nonce, 40);
  return packet;
}

interface Asked {
  readonly nonce: bigint;
  /** When the question left and when the answer came, by our clock. */
  readonly sentAt: Instant;
  readonly cameAt: Instant;
}

/** Reads an answer to the question with `nonce`. Total: whatever the bytes are, there is a reason. */
export function readNtpAnswer(packet: Buffer, { nonce, sentAt, cameAt }: Asked): NtpAnswer {
  if (packet.length < LENGTH) return { unknown: 'short' };
  const first = packet.readUInt8(0);
  const version = (first >> 3) & 7;
  if ((first & 7) !== SERVER || version < 3 || version > VERSION) return { unknown: 'not-an-answer' };
  if (packet.readBigUInt64BE(24) !== nonce) return { unknown: 'not-ours' };
  const stratum = packet.readUInt8(1);
  if (stratum === 0) return { unknown: 'kiss-o-death' };
  const transmitted = packet.readBigUInt64BE(40);
  if (first >> 6 === NOT_SYNCHRONISED || stratum > 15 || transmitted === 0n) return { unknown: 'not-synchronised' };
  const rootDistance = packet.readUInt32BE(4) / 2 ** 17 + packet.readUInt32BE(8) / 2 ** 16;
  if (rootDistance > MOST_ROOT_DISTANCE_S) return { unknown: 'too-far' };
  const received = instantOf(packet.readBigUInt64BE(32), sentAt);
  const answered = instantOf(transmitted, sentAt);
  return {
    offsetMs: (received - sentAt + (answered - cameAt)) / 2,
    delayMs: cameAt - sentAt - (answered - received),
  };
}

/** Seconds begin anew in 2036, and every 136 years: the era is meant that is nearest to our own clock. */
function instantOf(timestamp: bigint, near: Instant): Instant {
  const seconds = Number(timestamp >> 32n) - TO_1970_S + Number(timestamp & 0xffffffffn) / ERA_S;
  const eras = Math.round((near / 1_000 - seconds) / ERA_S);
  return instant((seconds + eras * ERA_S) * 1_000);
}

import type { DurationMs, Instant } from '../../src/core/time.ts';
import { numberOf } from './decode.ts';
import type { UaValue } from './decode.ts';
import { statusVerdict } from './status-quality.ts';

/** What is known of a node since the session began. */
export interface Watched {
  /** Last notification of the subscription, or when it was subscribed; null: it is not subscribed. */
  readonly noticedAt: Instant | null;
  /** What the subscription told last. */
  readonly told: UaValue | null;
  /** Since when a read has said something else than the subscription. */
  readonly differsSince: Instant | null;
  /** Its own time has been this since `movedAt` (our clock). */
  readonly ownTime: number | null;
  readonly movedAt: Instant;
}

export const unwatched = (at: Instant): Watched => ({
  noticedAt: null,
  told: null,
  differsSince: null,
  ownTime: null,
  movedAt: at,
});

/** When a node that was quiet is read, and when its silence means something. */
export interface WatchTimes {
  readonly rereadAfterMs: DurationMs;
  /** By when a change that a read has seen must have come by the subscription: sampling, publishing and the way. */
  readonly deliveredWithinMs: DurationMs;
  readonly staleAfterMs: DurationMs;
  /** In the node's unit. */
  readonly deadband: number;
  readonly time: 'source' | 'server';
}

/** Its first value may have come before we hear that it is subscribed. */
export const afterSubscribing = (watched: Watched, at: Instant): Watched => ({
  ...watched,
  noticedAt: watched.noticedAt ?? at,
});

export function afterNotice(watched: Watched, ua: UaValue, at: Instant, time: 'source' | 'server'): Watched {
  return { ...moved(watched, ua, at, time), noticedAt: at, told: ua, differsSince: null };
}

/**
 * What a read of a node says of its subscription.
 *
 * - `agrees`: it would have told nothing else.
 * - `differs`: not yet, or not any more: the next look decides.
 * - `undelivered`: it has had its time and did not come. A subscription that looks alive gives nothing of this node.
 * - `gone`: the server does not know the node; it is subscribed to anew when it does again.
 * - `back`: it can be read and is not subscribed.
 */
export type Look = 'agrees' | 'differs' | 'undelivered' | 'gone' | 'back';

export function afterRead(
  watched: Watched,
  ua: UaValue,
  at: Instant,
  times: WatchTimes,
): { readonly next: Watched; readonly look: Look } {
  const now = moved(watched, ua, at, times.time);
  if (isGone(ua.status)) return { next: { ...now, noticedAt: null, told: null, differsSince: null }, look: 'gone' };
  if (watched.noticedAt === null)
    return { next: now, look: statusVerdict(ua.status).quality === 'bad' ? 'agrees' : 'back' };
  if (watched.told !== null && isSame(watched.told, ua, times.deadband))
    return { next: { ...now, differsSince: null }, look: 'agrees' };
  const since = watched.differsSince ?? at;
  const isOverdue = at - since >= times.deliveredWithinMs;
  return { next: { ...now, differsSince: since }, look: isOverdue ? 'undelivered' : 'differs' };
}

/** Whether to read it now: it was quiet, or is not subscribed, or a doubt about it is open. */
export const isDue = ({ noticedAt, differsSince }: Watched, at: Instant, rereadAfterMs: DurationMs): boolean =>
  noticedAt === null || differsSince !== null || at - noticedAt >= rereadAfterMs;

/** Whether its own time has stood still for too long: the server says over and over what it once knew. */
export const isStale = ({ movedAt }: Watched, at: Instant, staleAfterMs: DurationMs): boolean =>
  at - movedAt >= staleAfterMs;

function moved(watched: Watched, ua: UaValue, at: Instant, time: 'source' | 'server'): Watched {
  const own = time === 'source' ? ua.sourceAt : ua.serverAt;
  // Any other time, not only a later one: a clock that was set back goes on from there.
  return own === null || own === watched.ownTime ? watched : { ...watched, ownTime: own, movedAt: at };
}

/** BadNodeIdInvalid, BadNodeIdUnknown, BadAttributeIdInvalid. */
const GONE: ReadonlySet<number> = new Set([0x8033, 0x8034, 0x8035]);
const isGone = (status: number): boolean => GONE.has(status >>> 16);

function isSame(told: UaValue, read: UaValue, deadband: number): boolean {
  if (told.status >>> 16 !== read.status >>> 16) return false;
  const [one, other] = [numberOf(told), numberOf(read)];
  if (one === null || other === null) return one === other;
  return Math.abs(one - other) <= deadband;
}

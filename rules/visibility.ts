import { GAP_INTERVALS } from '../src/core/sensor.ts';
import type { Visibility, VisibilityChange } from '../src/core/visibility.ts';
import { instant } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';

/** Whether and since when one sensor is seen. Arrival time throughout: what counts is what reaches us. */
export interface Sight {
  readonly siteId: string;
  readonly sensorId: number;
  readonly intervalMs: DurationMs;
  readonly visibility: Visibility;
  /** When `visibility` last changed; null when it never did. */
  readonly since: Instant | null;
  /** The newest reading that reached us in its turn, or was judged on arrival; null before the first. */
  readonly heard: { readonly at: Instant; readonly doubtful: boolean } | null;
  /** Since when it is awaited at this interval, where that is later than `Listening.since`: an edit of the site. */
  readonly awaitedSince?: Instant | undefined;
  /** Until when its silence means nothing: the end of the newest maintenance, for ever (`FOREVER`) when it is retired. */
  readonly restsUntil?: Instant | undefined;
}

/** A moment that does not come. */
export const FOREVER = instant(Infinity);

/** Whether readings can reach us at all. */
export interface Listening {
  /** Since when: the start of this process or the last return of the broker. During an outage, as before it. */
  readonly since: Instant;
  readonly brokerUp: boolean;
}

/** A sensor's sight after a change, and why it changed. */
export interface SightChange {
  readonly next: Sight;
  readonly cause: VisibilityChange['cause'];
}

/** A sensor that has never reported counts as seen until three of its intervals have passed. */
export const firstSight = (sensor: {
  readonly id: number;
  readonly siteId: string;
  readonly intervalMs: DurationMs;
}): Sight => ({
  siteId: sensor.siteId,
  sensorId: sensor.id,
  intervalMs: sensor.intervalMs,
  visibility: 'seen',
  since: null,
  heard: null,
});

/**
 * The sight of a sensor after a reading reached us that was not too late to be judged. `cause` is null when its visibility stays what it was.
 * A refused message that is read again keeps the time at which it came: what is older than what was heard tells nothing,
 * and what came before a silence is no end of it.
 *
 * ```
 *   seen ◄── good reading ─── doubtful
 *    ▲ └──── doubtful reading ────▲
 *    │                            │
 *    └─ good ─── blind ─ doubtful ┘     blind comes from `tick`: only time shows that nothing came
 * ```
 */
export function hear(
  sight: Sight,
  at: Instant,
  doubtful: boolean,
): { readonly next: Sight; readonly cause: VisibilityChange['cause'] | null } {
  if (sight.heard !== null && at < sight.heard.at) return { next: sight, cause: null };
  const heard = { at, doubtful };
  const visibility = doubtful ? 'doubtful' : 'seen';
  if (visibility === sight.visibility || isBeforeSilence(sight, at)) return { next: { ...sight, heard }, cause: null };
  return { next: { ...sight, heard, visibility, since: at }, cause: doubtful ? 'doubtful-reading' : 'data-returned' };
}

/**
 * The sight of a sensor after a reading without number: what was seen is doubtful, and nothing else changes. It is no word
 * of the sensor: when no number follows, it goes blind as if nothing had come.
 */
export const hearNothing = (sight: Sight, at: Instant): Sight =>
  sight.visibility === 'seen' ? { ...sight, visibility: 'doubtful', since: at } : sight;

/** The sight of a sensor whose device is gone, as it said itself: blind at once, and what was heard of it before is no longer true. */
export const hearGone = (sight: Sight, at: Instant): Sight =>
  sight.heard !== null && at < sight.heard.at
    ? sight
    : { ...sight, heard: null, visibility: 'blind', since: sight.visibility === 'blind' ? sight.since : at };

/** Whether a sensor that is blind would have been, though it had been heard of then. */
const isBeforeSilence = ({ visibility, since, intervalMs }: Sight, at: Instant): boolean =>
  visibility === 'blind' && since !== null && since > at + GAP_INTERVALS * intervalMs;

/**
 * What the passing of time changes: the sensors that go blind, or are found again, at `now`.
 *
 * - A sensor goes blind after three missed intervals, counted from its newest reading but never from before
 *   `listening.since`, its own `awaitedSince` or the end of its rest: a start, a broker that returns, a new sensor, a
 *   point that was worked on has a grace.
 * - While the broker is away the first overdue sensor of a site blinds the whole site at once, with one cause:
 *   one event instead of one per victim. What rests is no victim.
 * - When the broker is back, sensors that were blinded with their site but are not overdue themselves are as before.
 *
 * Levels are not touched here or anywhere: blindness is another truth.
 */
export function tick(sights: Iterable<Sight>, listening: Listening, now: Instant): SightChange[] {
  if (!listening.brokerUp) return withoutBroker([...sights], listening, now);
  const changes: SightChange[] = [];
  for (const sight of sights) {
    if (sight.visibility !== 'blind') {
      if (isOverdue(sight, listening, now))
        changes.push({ next: { ...sight, visibility: 'blind', since: now }, cause: 'missed-intervals' });
    } else if (sight.heard !== null && now <= sight.heard.at + GAP_INTERVALS * sight.intervalMs) {
      const visibility = sight.heard.doubtful ? 'doubtful' : 'seen';
      changes.push({ next: { ...sight, visibility, since: now }, cause: 'broker-returned' });
    }
  }
  return changes;
}

function withoutBroker(sights: readonly Sight[], listening: Listening, now: Instant): SightChange[] {
  const stillSeen = sights.filter((sight) => sight.visibility !== 'blind');
  const sites = new Set(stillSeen.filter((sight) => isOverdue(sight, listening, now)).map((sight) => sight.siteId));
  return stillSeen
    .filter((sight) => sites.has(sight.siteId) && now >= restsUntil(sight))
    .map((sight) => ({ next: { ...sight, visibility: 'blind', since: now }, cause: 'broker-away' }));
}

const NEVER = instant(-Infinity);

const restsUntil = (sight: Sight): Instant => sight.restsUntil ?? NEVER;

/** Whether three intervals have passed in which nothing was heard of a sensor that could have been. */
export function isOverdue(sight: Sight, { since }: Listening, now: Instant): boolean {
  const { heard, intervalMs, awaitedSince = NEVER } = sight;
  return now > Math.max(heard?.at ?? NEVER, since, awaitedSince, restsUntil(sight)) + GAP_INTERVALS * intervalMs;
}

/** The sight of a sensor after an edit of its site at `now`: one that was awaited as it is has no grace again. */
export function awaitedAfterEdit(sight: Sight, before: Sight | undefined, now: Instant): Sight {
  const wasAwaited = before?.intervalMs === sight.intervalMs && before.restsUntil !== FOREVER;
  return { ...sight, awaitedSince: wasAwaited ? before.awaitedSince : now };
}

/** The log rows for some changes: one per site, cause and outcome, naming all sensors of it. */
export function visibilityChanges(changes: readonly SightChange[], at: Instant): VisibilityChange[] {
  const groups = Map.groupBy(changes, ({ next, cause }) => JSON.stringify([next.siteId, cause, next.visibility]));
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    if (first === undefined) return [];
    const { siteId, visibility } = first.next;
    return [{ siteId, sensorIds: group.map(({ next }) => next.sensorId), visibility, cause: first.cause, at }];
  });
}

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
  /** The line and the device on which it depends, in its site; absent: none of ours. */
  readonly lines?: readonly string[] | undefined;
}

/** A moment that does not come. */
export const FOREVER = instant(Infinity);

/** Whether readings can reach us at all. */
export interface Listening {
  /** Since when: the start of this process or the last return of the broker. During an outage, as before it. */
  readonly since: Instant;
  readonly brokerUp: boolean;
  /** Lines and devices that give nothing, by `site/line` or `site/line/device`; absent: none. */
  readonly linesDown?: ReadonlyMap<string, LineDown>;
}

/** A line that has said that it gives nothing. */
export interface LineDown {
  readonly since: Instant;
  /** It said that it is gone for now: its sensors are blind at once, not when the first of them is overdue. */
  readonly atOnce: boolean;
}

/** A sensor's sight after a change, and why it changed. */
export interface SightChange {
  readonly next: Sight;
  readonly cause: VisibilityChange['cause'];
  /** The line or device by which it changed. */
  readonly line?: string;
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
 * - While a line is down, so does the first overdue sensor of it with all that depend on the line, and names it.
 * - When the broker or the line is back, sensors that were blinded with their site but are not overdue themselves are as before.
 *
 * Levels are not touched here or anywhere: blindness is another truth.
 */
export function tick(sights: Iterable<Sight>, listening: Listening, now: Instant): SightChange[] {
  if (!listening.brokerUp) return withoutBroker([...sights], listening, now);
  const changes: SightChange[] = [];
  const all = listening.linesDown === undefined || listening.linesDown.size === 0 ? sights : [...sights];
  const dead = deadLines(all, listening, now);
  for (const sight of all) {
    const line = lineDown(sight, listening);
    if (sight.visibility !== 'blind') {
      if (line !== undefined && dead.has(keyOf(sight, line)) && now >= restsUntil(sight))
        changes.push({ next: { ...sight, visibility: 'blind', since: now }, cause: 'line-down', line });
      else if (isOverdue(sight, listening, now))
        changes.push({ next: { ...sight, visibility: 'blind', since: now }, cause: 'missed-intervals' });
    } else if (line === undefined && sight.heard !== null && now <= sight.heard.at + GAP_INTERVALS * sight.intervalMs) {
      const visibility = sight.heard.doubtful ? 'doubtful' : 'seen';
      const [by] = sight.lines ?? [];
      const next: Sight = { ...sight, visibility, since: now };
      changes.push(by === undefined ? { next, cause: 'broker-returned' } : { next, cause: 'line-returned', line: by });
    }
  }
  return changes;
}

const keyOf = ({ siteId }: Sight, line: string): string => `${siteId}/${line}`;

/** The line or device by which nothing comes of a sensor; undefined: none, or something has come since it went. */
const lineDown = (sight: Sight, { linesDown }: Listening): string | undefined =>
  sight.lines?.find((line) => {
    const down = linesDown?.get(keyOf(sight, line));
    return down !== undefined && (sight.heard === null || sight.heard.at < down.since);
  });

/** Of the lines that are down those that blind what depends on them: one of their sensors is overdue, or they are gone. */
function deadLines(sights: Iterable<Sight>, listening: Listening, now: Instant): ReadonlySet<string> {
  const dead = new Set<string>();
  if (listening.linesDown === undefined || listening.linesDown.size === 0) return dead;
  for (const sight of sights) {
    const line = lineDown(sight, listening);
    if (line === undefined) continue;
    const key = keyOf(sight, line);
    if (listening.linesDown.get(key)?.atOnce === true || isOverdue(sight, listening, now)) dead.add(key);
  }
  return dead;
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
  const groups = Map.groupBy(changes, ({ next, cause, line }) =>
    JSON.stringify([next.siteId, cause, next.visibility, line]),
  );
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    if (first === undefined) return [];
    const { siteId, visibility } = first.next;
    const { cause, line } = first;
    const sensorIds = group.map(({ next }) => next.sensorId);
    return [{ siteId, sensorIds, visibility, cause, at, ...(line !== undefined && { line }) }];
  });
}

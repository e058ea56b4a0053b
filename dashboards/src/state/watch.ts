import type { SiteOverview } from '../../../src/contract/http.ts';
import type {
  ClockView,
  Cursor,
  LiveEvent,
  LiveReading,
  Pulse,
  ServerMessage,
  Unrecorded,
} from '../../../src/contract/live.ts';
import { afterEvent, afterReadings } from './overview-events.ts';
import { advance, beforeNow, isBehind, isNew } from './resume.ts';
import { afterRead, afterUnrecorded } from './unrecorded.ts';
import type { UnrecordedReadings } from './unrecorded.ts';

/** The line to the server. `lost` keeps the moment we last heard anything: that is how old the screen is. */
export type Link =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live'; readonly heardAt: number }
  | { readonly phase: 'lost'; readonly since: number; readonly tries: number; readonly retryAt: number | null };

/** Everything the screen shows of one site. Times are this machine's, save those inside `overview` and `judge`. */
export interface Watch {
  readonly overview: SiteOverview | null;
  /** Newest position seen of each log; null before the first overview. */
  readonly cursor: Cursor | null;
  /** Newest first, of this site only. */
  readonly events: readonly LiveEvent[];
  readonly link: Link;
  /** Last word of the judge; null: silent; undefined: not told yet. */
  readonly judge: Pulse | null | undefined;
  /** False while the process that calls people is silent: no phone is dialled. */
  readonly calling: boolean;
  /** It is silent, and the gateway calls in its place. */
  readonly standIn: boolean;
  /** False while the database is a copy that nobody has armed. */
  readonly armed: boolean;
  /** False while the server cannot read its logs: events may be late. */
  readonly following: boolean;
  /** Of the host that calls people; null: not told. */
  readonly clock: ClockView | null;
  /** Levels judged in memory while the database is away; null: none are. */
  readonly unrecorded: Unrecorded | null;
  /** Sensors whose newest reading is not in the database. */
  readonly unrecordedReadings: UnrecordedReadings;
  /** Server time minus this machine's. */
  readonly clockAheadMs: number;
}

export type WatchEvent =
  | { readonly type: 'overview-read'; readonly overview: SiteOverview; readonly at: number }
  | { readonly type: 'message'; readonly message: ServerMessage; readonly at: number }
  | { readonly type: 'link-lost'; readonly at: number; readonly retryAt: number; readonly tries: number }
  | { readonly type: 'link-retrying' };

/** What the shell has to do because of an event. */
export type WatchEffect = 'read-overview' | 'read-flags' | 'read-curve' | 'start-over';

export interface Step {
  readonly next: Watch;
  readonly effects: readonly WatchEffect[];
}

export const initialWatch: Watch = {
  overview: null,
  cursor: null,
  events: [],
  link: { phase: 'connecting' },
  judge: undefined,
  calling: true,
  standIn: false,
  armed: true,
  following: true,
  clock: null,
  unrecorded: null,
  unrecordedReadings: new Map(),
  clockAheadMs: 0,
};

/** Enough to scroll through a bad night; the full record is in the database. */
const EVENTS_KEPT = 400;

/**
 * The screen after one event. Safe twice: an event at or before the cursor changes nothing.
 *
 *   connecting ─hello→ live ─link-lost→ lost ─hello→ live
 */
export function step(watch: Watch, event: WatchEvent): Step {
  switch (event.type) {
    case 'overview-read':
      return just(withOverview(watch, event.overview, event.at));
    case 'link-lost': {
      const { link } = watch;
      const since = link.phase === 'lost' ? link.since : link.phase === 'live' ? link.heardAt : event.at;
      return just({ ...watch, link: { phase: 'lost', since, tries: event.tries, retryAt: event.retryAt } });
    }
    case 'link-retrying':
      return just(watch.link.phase === 'lost' ? { ...watch, link: { ...watch.link, retryAt: null } } : watch);
    case 'message':
      return heard(watch, event.message, event.at);
  }
}

function heard(watch: Watch, message: ServerMessage, at: number): Step {
  const next: Watch = { ...watch, link: { phase: 'live', heardAt: at } };
  switch (message.type) {
    case 'hello': {
      const clockAheadMs = message.now - at;
      if (watch.cursor !== null && isBehind(message.cursor, watch.cursor)) {
        return { next: { ...initialWatch, link: next.link, clockAheadMs }, effects: ['start-over'] };
      }
      const again = watch.link.phase === 'lost';
      return { next: { ...next, clockAheadMs }, effects: again ? ['read-overview', 'read-curve'] : ['read-curve'] };
    }
    case 'pulse':
      return just({
        ...next,
        judge: message.judge,
        calling: message.alert,
        standIn: message.standIn ?? false,
        armed: message.armed ?? true,
        following: message.following ?? true,
        clock: message.clock ?? null,
        unrecorded: message.judge?.database === true ? null : watch.unrecorded,
        clockAheadMs: message.now - at,
      });
    case 'unrecorded':
      return just({ ...next, unrecorded: message.unrecorded });
    case 'readings':
      return withReadings(next, message);
    case 'event':
      return withEvent(next, message.event);
  }
}

/** Takes readings of the site on screen. Why one is doubtful is only in the overview: it is read when that is new. */
function withReadings(watch: Watch, message: Extract<ServerMessage, { type: 'readings' }>): Step {
  const { overview, unrecordedReadings } = watch;
  if (overview === null || overview.siteId !== message.siteId) return just(watch);
  const recorded = message.recorded ?? true;
  const next: Watch = {
    ...watch,
    overview: afterReadings(overview, message.readings),
    unrecordedReadings: afterUnrecorded(unrecordedReadings, message.readings, recorded),
  };
  return { next, effects: recorded && isNewlyDoubtful(overview, next.overview) ? ['read-flags'] : [] };
}

function isNewlyDoubtful(before: SiteOverview, after: SiteOverview | null): boolean {
  return (after?.sensors ?? []).some(
    ({ newest }, i) => newest?.doubtful === true && before.sensors[i]?.newest?.doubtful !== true,
  );
}

/** Takes an event once. Those the overview already contains only enter the list. */
function withEvent(watch: Watch, event: LiveEvent): Step {
  const { cursor, overview } = watch;
  if (cursor === null || overview === null || !isNew(cursor, event)) return just(watch);
  const seen = { ...watch, cursor: advance(cursor, event) };
  if (event.siteId !== overview.siteId) return just(seen);
  const next: Watch = {
    ...seen,
    overview: isNew(overview.cursor, event) ? afterEvent(overview, event) : overview,
    events: [event, ...watch.events].slice(0, EVENTS_KEPT),
  };
  const stale = event.log === 'calloutEvent' && isNew(overview.cursor, event);
  return { next, effects: stale ? ['read-overview'] : [] };
}

/** A fresh overview, with what we have heard since it was made put on top again. */
function withOverview(watch: Watch, fresh: SiteOverview, at: number): Watch {
  let overview = fresh;
  for (const event of watch.events.toReversed()) {
    if (isNew(fresh.cursor, event)) overview = afterEvent(overview, event);
  }
  overview = afterReadings(overview, newestReadings(watch.overview));
  const clockAheadMs = watch.link.phase === 'live' ? watch.clockAheadMs : fresh.now - at;
  return {
    ...watch,
    overview,
    cursor: watch.cursor ?? beforeNow(fresh.cursor),
    unrecordedReadings: afterRead(watch.unrecordedReadings, fresh),
    clockAheadMs,
  };
}

const newestReadings = (overview: SiteOverview | null): LiveReading[] =>
  (overview?.sensors ?? []).flatMap(({ sensorId, newest }): LiveReading[] =>
    newest === null ? [] : [[sensorId, newest.observedAt, newest.receivedAt, newest.value, newest.doubtful ? 1 : 0]],
  );

const just = (next: Watch): Step => ({ next, effects: [] });

/** Server time at a moment of this machine. */
export const serverTime = (watch: Watch, at: number): number => at + watch.clockAheadMs;

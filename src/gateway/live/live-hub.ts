import type { Kysely } from 'kysely';
import type { WebSocket } from 'ws';
import { ClientMessage } from '../../contract/live.ts';
import type {
  ClockView,
  Cursor,
  LiveEvent,
  LiveReadings,
  Pulse,
  ServerMessage,
  Unrecorded,
} from '../../contract/live.ts';
import { mayAt } from '../../core/access.ts';
import { MINUTE, SECOND, elapsedMs } from '../../core/time.ts';
import type { Clock, DurationMs, Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import type { Logger } from '../../platform/logger.ts';
import type { LiveStats } from '../metrics.ts';
import type { Session, Sessions } from '../sessions.ts';
import { LIVE_LOGS, cursorBy, cursorOf, readLog } from './event-log.ts';
import { backgroundAudit } from './background-audit.ts';
import { CUT_BYTES, eventText, liveClient } from './live-client.ts';
import type { LiveClient } from './live-client.ts';
import type { LogFollower } from './log-follower.ts';
import { screenLog } from './screen-log.ts';
import type { ScreenPlace } from './screen-log.ts';

/** Close code of ours: the session is over, sign in again. */
const SESSION_OVER = 4401;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
/** A page that has not said where to go on from by then is closed. */
const RESUME_WITHIN_MS = 10 * SECOND;
/** A page has little to say; one that says more between two pings is closed. */
const MESSAGES_AT_MOST = 60;

export interface HubOptions {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sessions: Sessions;
  readonly follower: () => LogFollower;
  /** What the judge said last; null when that is too long ago. */
  readonly judge: (now: Instant) => Pulse | null;
  /** Whether the process that calls people gets on with its work. */
  readonly alert: (now: Instant) => boolean;
  /** Whether the gateway calls in its place. */
  readonly standIn: () => boolean;
  /** False: the database is a copy, and nobody is called from it. */
  readonly armed: () => boolean;
  /** What is known of the clock of the host that calls people. */
  readonly hostClock: (now: Instant) => ClockView;
  readonly pulseEveryMs?: DurationMs;
  /** A page that has not answered a ping by the next one is dropped. */
  readonly pingEveryMs?: DurationMs;
  /** An open page uses its session this often, and is closed when the session is over. */
  readonly checkEveryMs?: DurationMs;
  readonly cutBytes?: number;
}

interface Page {
  readonly client: LiveClient;
  /** As it was last asked for: what it may see changes while it is open. */
  session: Session;
  readonly since: Instant;
  /** Answered the last ping. */
  alive: boolean;
  /** Messages since then. */
  messages: number;
}

export type LiveHub = ReturnType<typeof liveHub>;

/** All connected pages of this gateway. */
export function liveHub(options: HubOptions) {
  const { db, clock, log, sessions, follower, judge, alert, standIn, armed, hostClock } = options;
  const { pulseEveryMs = 2 * SECOND, pingEveryMs = 30 * SECOND, checkEveryMs = MINUTE, cutBytes = CUT_BYTES } = options;
  const pages = new Set<Page>();
  let unrecorded: Unrecorded | null = null;
  const screens = screenLog<Page>(backgroundAudit(db, log));
  const stats = { eventsSent: 0, thinned: 0, cut: 0 };

  const newClient = (socket: WebSocket, sees: (siteId: string) => boolean) =>
    liveClient(socket, {
      cutBytes,
      sees,
      readLog: (name, stretch) => readLog(db, name, stretch),
      position: (name) => follower().position(name),
      onThinned: () => (stats.thinned += 1),
      onEvent: () => (stats.eventsSent += 1),
      onCut: () => (stats.cut += 1),
    });

  const pulse = () => {
    const now = clock.now();
    const text = messageText({
      type: 'pulse',
      now,
      judge: judge(now),
      alert: alert(now),
      ...(standIn() && { standIn: true }),
      ...(!armed() && { armed: false }),
      following: follower().following(),
      clock: hostClock(now),
    });
    for (const { client, since } of pages) {
      client.pulse(text);
      if (!client.hasResumed() && elapsedMs(since, now) > RESUME_WITHIN_MS)
        client.socket.close(POLICY_VIOLATION, 'no resume');
    }
    screens.look(now);
  };

  const ping = () => {
    for (const page of pages) {
      if (!page.alive) page.client.socket.terminate();
      page.alive = false;
      page.messages = 0;
      page.client.socket.ping();
    }
  };

  const checkSessions = async () => {
    for (const key of new Set([...pages].map(({ session }) => session.key))) {
      const session = await sessions.renew(key, clock.now());
      if (session === null) closeOf(key);
      else for (const page of pages) if (page.session.key === key) page.session = session;
    }
  };

  const closeOf = (key: string) => {
    for (const { client, session } of pages)
      if (session.key === key) client.socket.close(SESSION_OVER, 'the session is over');
  };

  const timers = [
    setInterval(pulse, pulseEveryMs),
    setInterval(ping, pingEveryMs),
    // A database that is away ends no session.
    setInterval(() => void checkSessions().catch(() => {}), checkEveryMs),
  ];

  return {
    /** A page that was let in. */
    add(socket: WebSocket, session: Session, place: ScreenPlace): void {
      const page: Page = {
        client: newClient(socket, (siteId) => sees(page.session, siteId)),
        session,
        since: clock.now(),
        alive: true,
        messages: 0,
      };
      pages.add(page);
      socket.on('pong', () => (page.alive = true));
      socket.on('error', () => {});
      socket.on('close', () => {
        pages.delete(page);
        page.client.gone();
        screens.closed(page, clock.now());
      });
      socket.once('message', (data) => {
        const message = parseMessage(data);
        if (message?.type !== 'resume') return void socket.close(POLICY_VIOLATION, 'not a resume message');
        screens.opened(page, session, place, clock.now());
        socket.on('message', (later) => {
          hear(page, later);
        });
        resume(page, message.cursor).catch((error: unknown) => {
          log.warn({ err: error }, 'a page could not be caught up');
          socket.close(1011, 'the logs cannot be read');
        });
      });
    },

    events(events: readonly LiveEvent[]): void {
      if (pages.size === 0) return;
      for (const event of events) {
        const text = eventText(event);
        for (const { client } of pages) client.event(event, text);
      }
    },

    readings(readings: LiveReadings): void {
      if (pages.size === 0) return;
      const text = messageText({ type: 'readings', ...readings, thinned: false });
      for (const { client } of pages) client.readings(readings, text);
    },

    /** What the judge knows and cannot record; null: all is recorded again. A page that comes meanwhile is told too. */
    unrecorded(present: Unrecorded | null): void {
      unrecorded = present;
      for (const page of pages) page.client.unrecorded(unrecordedText(page));
    },

    /** Closes the pages of a session that was ended. */
    sessionEnded: closeOf,

    /** Asks again what every open page may see: somebody's roles have changed. Then no page gets what it may not. */
    accessChanged: (): Promise<void> => checkSessions().catch(() => {}),

    /** Pages that this session has open. */
    pagesOf: (key: string): number => [...pages].filter(({ session }) => session.key === key).length,

    stats: (): LiveStats => ({ clients: pages.size, ...stats }),

    /** Sends every page away, to come back to whoever follows. */
    close(): void {
      for (const timer of timers) clearInterval(timer);
      for (const { client } of pages) {
        client.socket.close(GOING_AWAY, 'the gateway stops');
        // It must not hold up the stop; pages come back by themselves.
        setTimeout(() => {
          client.socket.terminate();
        }, SECOND).unref();
      }
    },
  };

  /** What a page says after it has said where to go on from. */
  function hear(page: Page, data: WebSocket.RawData): void {
    page.messages += 1;
    const message = page.messages > MESSAGES_AT_MOST ? null : parseMessage(data);
    if (message?.type === 'screen') screens.said(page, message.sound, clock.now());
    else page.client.socket.close(POLICY_VIOLATION, 'not to be said here');
  }

  async function resume(page: Page, asked: Cursor | null): Promise<void> {
    const { client } = page;
    await follower().started;
    const cursor = asked === null ? await cursorBy((name) => follower().position(name)) : await possible(asked);
    const caughtUp = client.resume(cursor, clock.now());
    if (unrecorded !== null) client.unrecorded(unrecordedText(page));
    await caughtUp;
  }

  /** What this page may know of it. */
  function unrecordedText({ session }: Page): string {
    const targets = (unrecorded?.targets ?? []).filter(({ siteId }) => sees(session, siteId));
    return messageText({ type: 'unrecorded', unrecorded: unrecorded === null ? null : { ...unrecorded, targets } });
  }

  /** A page may be ahead of the follower, but not of the logs: then they were restored from a copy, and it would wait for ever. */
  async function possible(asked: Cursor): Promise<Cursor> {
    if (LIVE_LOGS.every((name) => asked[name] <= follower().position(name))) return asked;
    const newest = await cursorOf(db);
    return cursorBy((name) => Math.min(asked[name], newest[name]));
  }
}

const sees = ({ access }: Session, siteId: string): boolean => mayAt(access, 'site/see', siteId);

const messageText = (message: ServerMessage): string => JSON.stringify(message);

function parseMessage(data: WebSocket.RawData): ClientMessage | null {
  try {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    return ClientMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

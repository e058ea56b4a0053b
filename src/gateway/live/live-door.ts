import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { maySomewhere } from '../../core/access.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { clientAddress } from '../../platform/peer.ts';
import { SESSION_COOKIE, isForeign } from '../doors.ts';
import type { Session, SessionKey, Sessions } from '../sessions.ts';
import type { ScreenPlace } from './screen-log.ts';

const PAGES_AT_MOST = 500;
/** One session must not take the place of all others. */
const PAGES_OF_A_SESSION = 30;
/** A page that was cut comes back at once; one address has many of them, behind a proxy all. */
const UPGRADES_PER_MINUTE = 600;
/** A page says where to go on from, and whether it can be heard. */
const MESSAGE_BYTES_AT_MOST = 4_096;

interface DoorOptions {
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly publicUrl: URL;
  /** Whether an address is a proxy that is believed about whom it passes on. */
  readonly isProxy: (address: string) => boolean;
  readonly pages: () => number;
  readonly pagesOf: (key: SessionKey) => number;
  readonly admit: (socket: WebSocket, session: Session, place: ScreenPlace) => void;
}

/**
 * Opens WS /live on the server of `app`: for a session, and for pages of our own origin only,
 * because a browser sends the cookie along to a WebSocket that any page opens.
 */
export function openLiveDoor(
  app: FastifyInstance,
  { sessions, clock, publicUrl, isProxy, pages, pagesOf, admit }: DoorOptions,
): void {
  // A page that is cut does not read the goodbye either: it is not waited for long. (Not in the types of ws yet.)
  const patience = { closeTimeout: 5 * SECOND };
  const upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_AT_MOST,
    perMessageDeflate: false,
    ...patience,
  });

  const upgrades = perMinute(UPGRADES_PER_MINUTE);

  const addressOf = ({ headers, socket }: IncomingMessage): string =>
    clientAddress(socket.remoteAddress, [headers['x-forwarded-for']].flat().join(), isProxy);

  const refusal = async (request: IncomingMessage): Promise<number | Session> => {
    if (request.url?.split('?')[0] !== '/live') return 404;
    if (!upgrades.mayTry(addressOf(request), clock.now())) return 429;
    const { origin, host, cookie = '' } = request.headers;
    if (origin === undefined || isForeign({ origin, host }, publicUrl)) return 403;
    const token = app.parseCookie(cookie)[SESSION_COOKIE];
    const session = token === undefined ? null : await sessions.find(token, clock.now());
    if (session === null) return 401;
    if (session.mustChangePassword || !maySomewhere(session.access, 'site/see')) return 403;
    return pages() >= PAGES_AT_MOST || pagesOf(session.key) >= PAGES_OF_A_SESSION ? 503 : session;
  };

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const ignore = () => {};
    socket.on('error', ignore);
    refusal(request)
      .catch(() => 503)
      .then((answer) => {
        if (typeof answer === 'number') return refuse(socket, answer);
        socket.off('error', ignore);
        upgrader.handleUpgrade(request, socket, head, (opened) => {
          admit(opened, answer, { address: addressOf(request), agent: request.headers['user-agent'] ?? '' });
        });
      })
      .catch(() => socket.destroy());
  });
}

/** Counts tries of an address by the minute; what is remembered begins anew with each. */
function perMinute(most: number) {
  let minute = 0;
  let counts = new Map<string, number>();
  return {
    mayTry(address: string, now: Instant): boolean {
      const present = Math.floor(now / MINUTE);
      if (present !== minute) counts = new Map();
      minute = present;
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count);
      return count <= most;
    },
  };
}

function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

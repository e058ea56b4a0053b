import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { SECOND } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import { SESSION_COOKIE, isForeign } from '../doors.ts';
import type { Session, Sessions } from '../sessions.ts';

const PAGES_AT_MOST = 500;
/** A page says one thing, where to go on from. */
const MESSAGE_BYTES_AT_MOST = 4_096;

interface DoorOptions {
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly publicUrl: URL;
  readonly pages: () => number;
  readonly admit: (socket: WebSocket, session: Session) => void;
}

/**
 * Opens WS /live on the server of `app`: for a session, and for pages of our own origin only,
 * because a browser sends the cookie along to a WebSocket that any page opens.
 */
export function openLiveDoor(app: FastifyInstance, { sessions, clock, publicUrl, pages, admit }: DoorOptions): void {
  // A page that is cut does not read the goodbye either: it is not waited for long. (Not in the types of ws yet.)
  const patience = { closeTimeout: 5 * SECOND };
  const upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_AT_MOST,
    perMessageDeflate: false,
    ...patience,
  });

  const refusal = async (request: IncomingMessage): Promise<number | Session> => {
    if (request.url?.split('?')[0] !== '/live') return 404;
    const { origin, host, cookie = '' } = request.headers;
    if (origin === undefined || isForeign({ origin, host }, publicUrl)) return 403;
    const token = app.parseCookie(cookie)[SESSION_COOKIE];
    const session = token === undefined ? null : await sessions.find(token, clock.now());
    if (session === null) return 401;
    return pages() >= PAGES_AT_MOST ? 503 : session;
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
          admit(opened, answer);
        });
      })
      .catch(() => socket.destroy());
  });
}

function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

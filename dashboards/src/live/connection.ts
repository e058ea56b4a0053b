import { ServerMessage } from '../../../src/contract/live.ts';
import type { ClientMessage, Cursor } from '../../../src/contract/live.ts';
import { retryDelayMs } from '../state/resume.ts';

interface ConnectionPorts {
  /** Where to go on from, asked at every connect. */
  readonly cursor: () => Cursor | null;
  /** Said after that, at every connect. */
  readonly introduction: () => ClientMessage;
  readonly onMessage: (message: ServerMessage) => void;
  /** The line is gone; the next try is at `retryAt` (this machine's time), the `tries`th since it was last up. */
  readonly onLost: (retryAt: number, tries: number) => void;
  readonly onRetrying: () => void;
  /** The server said something this page does not understand: it is newer than the page. */
  readonly onOutdated: () => void;
}

export interface Connection {
  readonly retryNow: () => void;
  /** Says something, if the line is up. */
  readonly send: (message: ClientMessage) => void;
  readonly close: () => void;
}

/** The gateway sends a pulse every two seconds: silence for this long is a dead line, whatever TCP says. */
const SILENCE_MS = 8000;

/** Keeps one WebSocket to /live open until closed: resumes from the cursor, tries again with back-off for ever. */
export function keepConnected(url: string, ports: ConnectionPorts): Connection {
  let socket: WebSocket | undefined;
  let tries = 0;
  let timer: number | undefined;
  let closed = false;

  const open = (): void => {
    clearTimeout(timer);
    ports.onRetrying();
    const mine = new WebSocket(url);
    socket = mine;
    timer = window.setTimeout(lose, SILENCE_MS);
    mine.onopen = () => {
      send({ type: 'resume', cursor: ports.cursor() });
      send(ports.introduction());
    };
    mine.onclose = () => {
      if (socket === mine) lose();
    };
    mine.onmessage = ({ data }) => {
      if (socket !== mine) return;
      const message = ServerMessage.safeParse(parsed(data));
      tries = 0;
      clearTimeout(timer);
      timer = window.setTimeout(lose, SILENCE_MS);
      if (message.success) ports.onMessage(message.data);
      else ports.onOutdated();
    };
  };

  const send = (message: ClientMessage): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  const lose = (): void => {
    clearTimeout(timer);
    const old = socket;
    socket = undefined;
    old?.close();
    if (closed) return;
    tries += 1;
    const delay = retryDelayMs(tries, Math.random());
    ports.onLost(Date.now() + delay, tries);
    timer = window.setTimeout(open, delay);
  };

  const retryNow = (): void => {
    if (socket === undefined && !closed) open();
  };

  window.addEventListener('online', retryNow);
  open();
  return {
    retryNow,
    send,
    close: () => {
      closed = true;
      window.removeEventListener('online', retryNow);
      lose();
    },
  };
}

function parsed(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}

/** Address of /live beside this page. */
export const liveUrl = (): string => new URL('/live', window.location.href).href.replace(/^http/, 'ws');

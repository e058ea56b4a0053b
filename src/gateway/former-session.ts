import type { FastifyRequest } from 'fastify';
import type { Instant } from '../core/time.ts';
import { SESSION_COOKIE } from './doors.ts';
import type { SessionKey, Sessions } from './sessions.ts';

interface FormerPorts {
  readonly sessions: Sessions;
  readonly sessionEnded: (key: SessionKey) => void;
}

/** Ends the session that this browser had: whoever signs in, person or screen, takes its place. */
export async function endFormer(
  request: FastifyRequest,
  { sessions, sessionEnded }: FormerPorts,
  now: Instant,
): Promise<void> {
  const token = request.cookies[SESSION_COOKIE];
  const former = token === undefined ? null : await sessions.find(token, now);
  if (former === null) return;
  await sessions.end(former.key);
  sessionEnded(former.key);
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.ts';
import type { Clock } from '../core/time.ts';
import type { Session, Sessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on the open routes. */
    session: Session | null;
  }
}

export const SESSION_COOKIE = 'tailwatch_session';

/** The routes that need no session. Every other route answers 401 without one; a test walks them all. */
export const OPEN_ROUTES: readonly string[] = [
  'GET /healthz',
  'GET /readyz',
  // Needs a token of its own.
  'GET /metrics',
  'POST /api/session',
  // Signed by the carrier.
  'POST /carrier/attempts/:attemptId',
  'POST /carrier/messages',
  // The page's assets: they hold no data.
  'GET /*',
];

/** `METHOD /pattern` of a route; HEAD passes the doors of GET. */
export const doorOf = (method: string, url: string): string => `${method === 'HEAD' ? 'GET' : method} ${url}`;

/** Closes every route but the open ones to those without a session, and to pages of other origins. */
export function guardDoors(app: FastifyInstance, sessions: Sessions, clock: Clock, publicUrl: URL): void {
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => {
    const { url } = request.routeOptions;
    if (url === undefined || OPEN_ROUTES.includes(doorOf(request.method, url))) return;
    const token = request.cookies[SESSION_COOKIE];
    request.session = token === undefined ? null : await sessions.find(token, clock.now());
    if (request.session === null) throw new AppError('session/required', 'sign in first');
    if (request.method !== 'GET' && request.method !== 'HEAD' && isForeign(request.headers, publicUrl)) {
      throw new AppError('request/foreign-origin', 'the request comes from a page of another origin');
    }
  });
}

/** Who asks. For routes behind the doors only. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new AppError('session/required', 'sign in first');
  return request.session;
}

/**
 * Whether a browser says that the request comes from a page that is not ours.
 * Ours are pages of the host that was asked, and of the public address, which a proxy may hide.
 */
export function isForeign(
  headers: { origin?: string | undefined; host?: string | undefined },
  publicUrl: URL,
): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin);
  return from.host !== host && from.origin !== publicUrl.origin;
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { mayAt, mayEverywhere, maySomewhere } from '../core/access.ts';
import type { Permission } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import type { Clock } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { bearerSession } from './bearer.ts';
import type { Session, Sessions } from './sessions.ts';
import { NOT_FOUND, siteOf } from './site-of.ts';
import type { Thing } from './site-of.ts';

/** Who passes to a route. Every route declares one; one without cannot be registered. */
export type Door =
  /** Nobody is asked who they are; why that is right. */
  | { readonly open: string }
  /** Whoever is signed in, for what concerns nobody else: a person, or also a screen or a program. */
  | { readonly signedIn: 'person' | 'anybody' }
  /** Who may at the site of the thing that the path names, at some site at least, or at all of them. */
  | { readonly permission: Permission; readonly at: Thing | 'some-site' | 'every-site' };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on the open routes. */
    session: Session | null;
  }
  interface FastifyContextConfig {
    door?: Door;
  }
}

export const SESSION_COOKIE = 'tailwatch_session';

/** Address of the page's files. */
const PAGE = '/*';

/** Everybody passes. */
export const open = (why: string): Door => ({ open: why });
/** Who has the permission passes. */
export const may = (permission: Permission, at: Thing | 'some-site' | 'every-site'): Door => ({ permission, at });

/** `METHOD /pattern` of a route; HEAD passes the doors of GET. */
export const doorOf = (method: string, url: string): string => `${method === 'HEAD' ? 'GET' : method} ${url}`;

interface DoorPorts {
  readonly db: Kysely<Database>;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly publicUrl: URL;
}

/** Closes every route to those who may not pass its door, and to pages of other origins. */
export function guardDoors(app: FastifyInstance, { db, sessions, clock, publicUrl }: DoorPorts): void {
  app.decorateRequest('session', null);
  app.addHook('onRoute', (route) => {
    // Registered by a plugin that knows no doors.
    if (route.url === PAGE) route.config = { ...route.config, door: open('files of the page: they hold no data') };
    if (route.config?.door === undefined) throw new Error(`${String(route.method)} ${route.url} declares no door`);
    // Behind what counts requests, which stands at each route too: who is nobody is counted before being asked for.
    const before = [route.onRequest ?? []].flat();
    if (!before.includes(guard)) route.onRequest = [...before, guard];
  });
  // After validation: what the path names is what it should be.
  app.addHook('preHandler', async (request) => {
    const { door } = request.routeOptions.config;
    if (door === undefined || !('permission' in door) || door.at === 'some-site' || door.at === 'every-site') return;
    await expectMay(request, door.permission, door.at);
  });

  async function guard(request: FastifyRequest): Promise<void> {
    const { door } = request.routeOptions.config;
    // No such route: the answer to that tells nothing.
    if (door === undefined || 'open' in door) return;
    const session = await whoAsks(request);
    request.session = session;
    if ('permission' in door && !maySomewhere(session.access, door.permission)) throw denied();
    if ('signedIn' in door && door.signedIn === 'person' && session.kind !== 'person') throw denied();
    if ('permission' in door && session.mustChangePassword)
      throw new AppError('session/password-change-required', 'choose a password of your own first');
    if ('permission' in door && door.at === 'every-site' && !mayEverywhere(session.access, door.permission))
      throw denied();
  }

  async function whoAsks(request: FastifyRequest): Promise<Session> {
    const now = clock.now();
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      const session = await bearerSession(db, bearer, now);
      if (session === null) throw new AppError('session/required', 'the token is unknown, over, or revoked');
      return session;
    }
    const token = request.cookies[SESSION_COOKIE];
    // Who was shut out while the database was slow may go on looking for a moment, and decides nothing.
    const decides = request.method !== 'GET' && request.method !== 'HEAD';
    const session = token === undefined ? null : await sessions.find(token, now, { fresh: decides });
    if (session === null) throw new AppError('session/required', 'sign in first');
    if (decides && isForeign(request.headers, publicUrl)) {
      throw new AppError('request/foreign-origin', 'the request comes from a page of another origin');
    }
    return session;
  }

  async function expectMay(request: FastifyRequest, permission: Permission, thing: Thing): Promise<void> {
    const { access } = sessionOf(request);
    const id = String((request.params as Readonly<Record<string, unknown>>)[`${thing}Id`]);
    const siteId = thing === 'site' ? id : await siteOf(db, thing, id);
    if (siteId !== undefined && mayAt(access, permission, siteId)) return;
    // Whoever may not see a site is not told that it is there.
    if (siteId !== undefined && mayAt(access, 'site/see', siteId)) throw denied();
    throw new AppError(NOT_FOUND[thing].code, NOT_FOUND[thing].title);
  }
}

const denied = (): AppError => new AppError('access/denied', 'your roles do not allow this');

/** Who asks. For routes behind the doors only. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new AppError('session/required', 'sign in first');
  return request.session;
}

/** Who changes what is administered, as it is asked through a door. */
export function changerOf(request: FastifyRequest): { readonly who: string; readonly session: Session } {
  const session = sessionOf(request);
  return { who: session.account.name, session };
}

/** Throws `access/denied` unless whoever asks may do this at every one of these sites; null means all there are. */
export function expectMayAtAll({ access }: Session, permission: Permission, siteIds: readonly string[] | null): void {
  const allowed =
    siteIds === null ? mayEverywhere(access, permission) : siteIds.every((siteId) => mayAt(access, permission, siteId));
  if (!allowed) throw denied();
}

/** As a browser sends them. */
interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Whether a browser says that the request comes from a page that is not ours.
 * Ours are pages of the host that was asked, and of the public address, which a proxy may hide.
 */
export function isForeign(headers: OriginHeaders, publicUrl: URL): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'cross-site';
  if (!URL.canParse(origin)) return true;
  const from = new URL(origin);
  return from.host !== host && from.origin !== publicUrl.origin;
}

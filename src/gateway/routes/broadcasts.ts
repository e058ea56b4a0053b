import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import {
  BroadcastEventView,
  BroadcastSummary,
  BroadcastView,
  EndBroadcast,
  MarkRecipient,
  PressEvacuation,
} from '../../contract/evacuation.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { mayAt } from '../../core/access.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { BroadcastDesk } from '../ports.ts';
import type { Session } from '../sessions.ts';
import { siteOf } from '../site-of.ts';
import { broadcastById, broadcastsOfSite } from '../views/broadcast-view.ts';

interface BroadcastDeps {
  readonly db: Kysely<Database>;
  readonly desk: BroadcastDesk;
}

const ofSite = z.object({ siteId: Line(40) });
const one = z.object({ broadcastId: z.uuid() });
const response = { 200: BroadcastView, 400: Problem, 403: Problem, 404: Problem, 409: Problem };
/** Events of one answer at most. */
const EVENTS_MAX = 1_000;

/** Evacuation broadcasts: one press, who is where, marks by hand, the end. */
export const broadcastRoutes: FastifyPluginAsyncZod<BroadcastDeps> = async (app, { db, desk }) => {
  const view = async ({ access }: Session, broadcastId: string): Promise<BroadcastView> => {
    const siteId = await siteOf(db, 'broadcast', broadcastId);
    return broadcastById(db, broadcastId, siteId !== undefined && mayAt(access, 'phone/see', siteId));
  };

  app.get(
    '/api/sites/:siteId/broadcasts',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(BroadcastSummary), 404: Problem } },
    },
    (request) => broadcastsOfSite(db, request.params.siteId),
  );

  /** While one runs a press adds to it; pressed twice, nobody is called twice. */
  app.post(
    '/api/sites/:siteId/broadcasts',
    {
      config: { door: may('broadcast/press', 'site') },
      schema: { params: ofSite, body: PressEvacuation, response },
    },
    async (request) => {
      const session = sessionOf(request);
      return view(session, await desk.press(request.params.siteId, request.body, session.account.name));
    },
  );

  /** Tells the site's prepared groups because it was ordered; an order has one broadcast, however often it is asked for. */
  app.post(
    '/api/callouts/:calloutId/orders/:order/broadcast',
    {
      config: { door: may('broadcast/press', 'callout') },
      schema: {
        params: z.object({ calloutId: z.uuid(), order: z.coerce.number().int().min(1).max(1_000_000) }),
        response,
      },
    },
    async (request) => {
      const session = sessionOf(request);
      const { calloutId, order } = request.params;
      return view(session, await desk.beginOrdered(calloutId, order, session.account.name));
    },
  );

  app.get(
    '/api/broadcasts/:broadcastId',
    { config: { door: may('site/see', 'broadcast') }, schema: { params: one, response } },
    (request) => view(sessionOf(request), request.params.broadcastId),
  );

  app.get(
    '/api/broadcasts/:broadcastId/events',
    {
      config: { door: may('site/see', 'broadcast') },
      schema: {
        params: one,
        querystring: z.object({ after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0) }),
        response: { 200: z.array(BroadcastEventView), 404: Problem },
      },
    },
    async (request) => {
      const rows = await db
        .selectFrom('broadcast_event')
        .select(['id', 'recipient', 'type', 'at', 'facts'])
        .where('broadcast_id', '=', request.params.broadcastId)
        .where('id', '>', request.query.after)
        .orderBy('id')
        .limit(EVENTS_MAX)
        .execute();
      return rows.map(({ at, facts, ...event }) => ({
        ...event,
        at: at.getTime(),
        facts: facts as Record<string, unknown>,
      }));
    },
  );

  app.post(
    '/api/broadcasts/:broadcastId/recipients/:recipient/mark',
    {
      config: { door: may('broadcast/mark', 'broadcast') },
      schema: {
        params: z.object({ broadcastId: z.uuid(), recipient: z.coerce.number().int().min(1).max(1_000_000) }),
        body: MarkRecipient,
        response,
      },
    },
    async (request) => {
      const session = sessionOf(request);
      const { broadcastId, recipient } = request.params;
      await desk.mark(broadcastId, recipient, request.body, session.account.name);
      return view(session, broadcastId);
    },
  );

  app.post(
    '/api/broadcasts/:broadcastId/end',
    { config: { door: may('broadcast/end', 'broadcast') }, schema: { params: one, body: EndBroadcast, response } },
    async (request) => {
      const session = sessionOf(request);
      await desk.end(request.params.broadcastId, request.body, session.account.name);
      return view(session, request.params.broadcastId);
    },
  );
};

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { RecordRound, RoundView } from '../../contract/patrols.ts';
import { Line } from '../../contract/shape.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { PatrolDesk } from '../ports.ts';
import { roundsOfSite } from '../views/rounds-view.ts';

interface PatrolDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: PatrolDesk;
}

const ofSite = z.object({ siteId: Line(40) });

/** Rounds: when they are due, and who did them. */
export const patrolRoutes: FastifyPluginAsyncZod<PatrolDeps> = async (app, { db, clock, desk }) => {
  app.get(
    '/api/sites/:siteId/rounds',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(RoundView), 404: Problem } },
    },
    (request) => roundsOfSite(db, request.params.siteId, clock.now()),
  );

  app.post(
    '/api/sites/:siteId/rounds',
    {
      config: { door: may('finding/report', 'site') },
      schema: { params: ofSite, body: RecordRound, response: { 201: z.array(RoundView), 404: Problem } },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      await desk.record(siteId, request.body, sessionOf(request).account.name);
      return reply.code(201).send(await roundsOfSite(db, siteId, clock.now()));
    },
  );
};

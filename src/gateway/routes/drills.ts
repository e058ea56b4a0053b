import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { DrillView, DrillsView, EndDrill, StartDrill } from '../../contract/drills.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { DrillDesk } from '../ports.ts';
import { drillById, drillsOfSite } from '../views/drill-view.ts';

interface DrillDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: DrillDesk;
}

const ofSite = z.object({ siteId: Line(40) });
const ofDrill = z.object({ drillId: z.uuid() });

/** 演练: begun or planned, shown with what came of it, ended. People are really called, and told in every text that it is a drill. */
export const drillRoutes: FastifyPluginAsyncZod<DrillDeps> = async (app, { db, clock, desk }) => {
  app.get(
    '/api/sites/:siteId/drills',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: DrillsView, 404: Problem } },
    },
    (request) => drillsOfSite(db, request.params.siteId, clock.now()),
  );

  app.post(
    '/api/sites/:siteId/drills',
    {
      config: { door: may('drill/start', 'site') },
      schema: {
        params: ofSite,
        body: StartDrill,
        description: 'Calls the people of the level at once, or at `plannedFor`. Refused while something real is open.',
        response: { 201: DrillView, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const who = sessionOf(request).account.name;
      return reply.code(201).send(await drillById(db, await desk.start(request.params.siteId, request.body, who)));
    },
  );

  app.post(
    '/api/drills/:drillId/end',
    {
      config: { door: may('drill/end', 'drill') },
      schema: {
        params: ofDrill,
        body: EndDrill,
        description: 'Calls off one that is planned; ends one that runs, and tells everybody who was called.',
        response: { 200: DrillView, 404: Problem, 409: Problem },
      },
    },
    async (request) => {
      const { drillId } = request.params;
      await desk.end(drillId, request.body.note, sessionOf(request).account.name);
      return drillById(db, drillId);
    },
  );
};

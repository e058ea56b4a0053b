import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { MaintenanceView, Problem, StartMaintenance } from '../../contract/http.ts';
import { ProposalView } from '../../contract/proposals.ts';
import { Line } from '../../contract/shape.ts';
import { hasCode } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { MaintenanceDesk } from '../ports.ts';
import { proposalById } from '../views/proposals-view.ts';
import { maintenanceById, maintenanceOfSite } from '../views/maintenance-view.ts';

interface MaintenanceDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: MaintenanceDesk;
}

const ofSite = z.object({ siteId: Line(40) });

/** Work on points: while it lasts, their readings are marked and not judged. */
export const maintenanceRoutes: FastifyPluginAsyncZod<MaintenanceDeps> = async (app, { db, clock, desk }) => {
  app.get(
    '/api/sites/:siteId/maintenance',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(MaintenanceView), 404: Problem } },
    },
    (request) => maintenanceOfSite(db, request.params.siteId, clock.now()),
  );

  app.post(
    '/api/sites/:siteId/maintenance',
    {
      config: { door: may('maintenance/manage', 'site') },
      schema: {
        params: ofSite,
        body: StartMaintenance,
        response: { 201: MaintenanceView, 202: ProposalView, 404: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const { kind, account } = sessionOf(request);
      try {
        const maintenanceId = await desk.start(siteId, request.body, account.name);
        return await reply.code(201).send(await maintenanceById(db, maintenanceId));
      } catch (error) {
        if (!hasCode(error, 'point/level-stands')) throw error;
        const by = { accountId: kind === 'person' ? account.id : null, name: account.name };
        const proposalId = await desk.propose(siteId, request.body, by);
        return reply.code(202).send(await proposalById(db, proposalId, clock.now()));
      }
    },
  );

  app.post(
    '/api/maintenance/:maintenanceId/end',
    {
      config: { door: may('maintenance/manage', 'maintenance') },
      schema: { params: z.object({ maintenanceId: z.uuid() }), response: { 200: MaintenanceView, 404: Problem } },
    },
    async (request) => {
      const { maintenanceId } = request.params;
      await desk.end(maintenanceId, sessionOf(request).account.name);
      return maintenanceById(db, maintenanceId);
    },
  );
};

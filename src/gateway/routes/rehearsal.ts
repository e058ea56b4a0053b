import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { RehearsalQuery, RehearsalView } from '../../contract/rehearsal.ts';
import { Line } from '../../contract/shape.ts';
import { may } from '../doors.ts';
import type { RehearsalDesk } from '../ports.ts';

/** What would happen. Whoever may see the ladder of a callout may see it beforehand. */
export const rehearsalRoutes: FastifyPluginAsyncZod<{ readonly desk: RehearsalDesk }> = async (app, { desk }) => {
  app.get(
    '/api/sites/:siteId/rehearsal',
    {
      config: { door: may('site/see', 'site') },
      schema: {
        params: z.object({ siteId: Line(40) }),
        querystring: RehearsalQuery,
        response: { 200: RehearsalView, 404: Problem },
      },
    },
    (request) => desk.rehearse(request.params.siteId, request.query),
  );
};

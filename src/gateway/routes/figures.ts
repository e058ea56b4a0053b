import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { FiguresView, JudgeCallout } from '../../contract/figures.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { may } from '../doors.ts';
import { personOf } from '../person.ts';
import type { FiguresDesk } from '../ports.ts';

/** Counted at most: a quarter. */
const DAYS_AT_MOST = 92;

/** How loud a site's alarms are, how often people are woken, and for what. */
export const figureRoutes: FastifyPluginAsyncZod<{ readonly desk: FiguresDesk }> = async (app, { desk }) => {
  app.get(
    '/api/sites/:siteId/figures',
    {
      config: { door: may('site/see', 'site') },
      schema: {
        params: z.object({ siteId: Line(40) }),
        querystring: z.object({ days: z.coerce.number().int().min(1).max(DAYS_AT_MOST).default(30) }),
        response: { 200: FiguresView, 404: Problem },
      },
    },
    (request) => desk.of(request.params.siteId, request.query.days),
  );
  app.post(
    '/api/callouts/:calloutId/cause',
    {
      config: { door: may('callout/release', 'callout') },
      schema: {
        params: z.object({ calloutId: z.uuid() }),
        body: JudgeCallout,
        response: { 200: JudgeCallout, 404: Problem, 409: Problem },
      },
    },
    async (request) => {
      const { cause } = request.body;
      await desk.judge(request.params.calloutId, cause, personOf(request).name);
      return { cause };
    },
  );
};

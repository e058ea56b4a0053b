import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HandoverNote, HandoverView } from '../../contract/handover.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { AppError } from '../../core/errors.ts';
import { may, sessionOf } from '../doors.ts';
import type { HandoverDesk } from '../ports.ts';

const ofSite = z.object({ siteId: Line(40) });
const params = z.object({ handoverId: z.uuid() });
const response = { 200: HandoverView, 403: Problem, 404: Problem, 409: Problem };

/** 交接班: what stood at the hand-over of a shift, notes, and two signatures. */
export const handoverRoutes: FastifyPluginAsyncZod<{ readonly desk: HandoverDesk }> = async (app, { desk }) => {
  app.get(
    '/api/sites/:siteId/handovers',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(HandoverView), 404: Problem } },
    },
    (request) => desk.list(request.params.siteId),
  );

  app.post(
    '/api/sites/:siteId/handovers',
    { config: { door: may('roster/ask', 'site') }, schema: { params: ofSite, response } },
    async (request) => desk.byId(await desk.open(request.params.siteId, sessionOf(request).account.name)),
  );

  app.post(
    '/api/handovers/:handoverId/notes',
    { config: { door: may('roster/ask', 'handover') }, schema: { params, body: HandoverNote, response } },
    async (request) => {
      const { handoverId } = request.params;
      await desk.note(handoverId, request.body.note, sessionOf(request).account.name);
      return desk.byId(handoverId);
    },
  );

  /** Who leaves signs first, then who comes. A person each: no program, no screen. */
  app.post(
    '/api/handovers/:handoverId/sign',
    { config: { door: may('roster/ask', 'handover') }, schema: { params, response } },
    async (request) => {
      const { handoverId } = request.params;
      const { kind, account } = sessionOf(request);
      if (kind !== 'person') throw new AppError('handover/own', 'a hand-over is signed by a person');
      await desk.sign(handoverId, { accountId: account.id, name: account.name });
      return desk.byId(handoverId);
    },
  );
};

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { LiftNumber, ProveNumber, ReachabilityView } from '../../contract/reachability.ts';
import { Line } from '../../contract/shape.ts';
import { mayAt } from '../../core/access.ts';
import { may, sessionOf } from '../doors.ts';
import type { ReachDesk } from '../ports.ts';
import { maskPhone } from '../views/mask-phone.ts';

const params = z.object({ siteId: Line(40) });
const response = { 200: ReachabilityView, 404: Problem, 409: Problem };

/** Whether the people of a site can be reached, and calls that prove it. */
export const reachabilityRoutes: FastifyPluginAsyncZod<{ readonly desk: ReachDesk }> = async (app, { desk }) => {
  const shown = async (siteId: string, full: boolean): Promise<ReachabilityView> => {
    const view = await desk.look(siteId);
    const numbers = view.numbers.map((one) => ({ ...one, phone: full ? one.phone : maskPhone(one.phone) }));
    return { ...view, numbers };
  };

  app.get(
    '/api/sites/:siteId/reachability',
    {
      config: { door: may('site/see', 'site') },
      schema: { params, response: { 200: ReachabilityView, 404: Problem } },
    },
    (request) => {
      const { siteId } = request.params;
      return shown(siteId, mayAt(sessionOf(request).access, 'phone/see', siteId));
    },
  );

  app.post(
    '/api/sites/:siteId/reachability/proofs',
    { config: { door: may('roster/ask', 'site') }, schema: { params, body: ProveNumber, response } },
    async (request) => {
      const { siteId } = request.params;
      const { account, access } = sessionOf(request);
      await desk.prove(siteId, request.body, account.name);
      return shown(siteId, mayAt(access, 'phone/see', siteId));
    },
  );

  app.post(
    '/api/sites/:siteId/reachability/lift',
    { config: { door: may('roster/edit', 'site') }, schema: { params, body: LiftNumber, response } },
    async (request) => {
      const { siteId } = request.params;
      const { account, access } = sessionOf(request);
      await desk.lift(siteId, request.body, account.name);
      return shown(siteId, mayAt(access, 'phone/see', siteId));
    },
  );

  app.post(
    '/api/sites/:siteId/reachability/review',
    { config: { door: may('roster/edit', 'site') }, schema: { params, response } },
    async (request) => {
      const { siteId } = request.params;
      const { account, access } = sessionOf(request);
      await desk.review(siteId, account.name);
      return shown(siteId, mayAt(access, 'phone/see', siteId));
    },
  );
};

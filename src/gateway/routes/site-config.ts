import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { ReviewView, SubmitSite, SubmittedView, WrittenSite } from '../../contract/proposals.ts';
import { Line } from '../../contract/shape.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { may } from '../doors.ts';
import { personOf } from '../person.ts';
import type { SiteDesk } from '../ports.ts';
import { proposalById } from '../views/proposals-view.ts';

interface SiteConfigDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: SiteDesk;
}

const ofSite = z.object({ siteId: Line(40) });
/** A text is larger than other requests: a site of some hundred sensors has 200 KB. */
const BODY_BYTES_AT_MOST = 2_097_152;
/** How a text that was sent is called where its faults are listed. */
const NAME = 'text';

/** A site's configuration as YAML, and changes of it. */
export const siteConfigRoutes: FastifyPluginAsyncZod<SiteConfigDeps> = async (app, { db, clock, desk }) => {
  app.get(
    '/api/sites/:siteId/config',
    {
      config: { door: may('site/configure', 'site') },
      schema: { params: ofSite, response: { 200: z.string().describe('YAML'), 404: Problem } },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      return reply.type('application/yaml; charset=utf-8').send(await desk.export(siteId));
    },
  );

  app.post(
    '/api/sites/:siteId/config/review',
    {
      bodyLimit: BODY_BYTES_AT_MOST,
      config: { door: may('site/configure', 'site') },
      schema: { params: ofSite, body: WrittenSite, response: { 200: ReviewView, 400: Problem, 404: Problem } },
    },
    (request) => desk.look({ text: request.body.text, name: NAME, siteId: request.params.siteId }),
  );

  app.post(
    '/api/sites/:siteId/config',
    {
      bodyLimit: BODY_BYTES_AT_MOST,
      config: { door: may('site/configure', 'site') },
      schema: {
        params: ofSite,
        body: SubmitSite,
        response: { 200: SubmittedView, 202: SubmittedView, 400: Problem, 404: Problem },
      },
    },
    async (request, reply) => {
      const { text, reason } = request.body;
      const { siteId } = request.params;
      const { review, applied, proposal, budget } = await desk.submit({
        text,
        name: NAME,
        siteId,
        reason,
        by: personOf(request),
      });
      return reply.code(applied === null ? 202 : 200).send({
        siteId,
        review,
        version: applied?.version ?? null,
        unguarded: applied?.unguarded ?? [],
        budget: [...budget],
        proposal: proposal && (await proposalById(db, proposal.proposalId, clock.now())),
      });
    },
  );
};

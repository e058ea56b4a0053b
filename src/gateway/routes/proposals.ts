import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { DecideProposal, ProposalView, ProposeLowering } from '../../contract/proposals.ts';
import { Line } from '../../contract/shape.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { may } from '../doors.ts';
import { personOf } from '../person.ts';
import type { LoweringDesk, ProposalDesk } from '../ports.ts';
import { proposalById, proposalsOfSite } from '../views/proposals-view.ts';

interface ProposalDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: ProposalDesk;
  readonly lowering: LoweringDesk;
}

const ofSite = z.object({ siteId: Line(40) });
const decision = {
  params: z.object({ proposalId: z.uuid() }),
  body: DecideProposal,
  response: { 200: ProposalView, 400: Problem, 403: Problem, 404: Problem, 409: Problem },
};

/** What waits for a second person, and the second person's word. */
export const proposalRoutes: FastifyPluginAsyncZod<ProposalDeps> = async (app, { db, clock, desk, lowering }) => {
  app.get(
    '/api/sites/:siteId/proposals',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(ProposalView), 404: Problem } },
    },
    (request) => proposalsOfSite(db, request.params.siteId, clock.now()),
  );

  app.post(
    '/api/sites/:siteId/lowerings',
    {
      config: { door: may('alarm/acknowledge', 'site') },
      schema: { params: ofSite, body: ProposeLowering, response: { 202: ProposalView, 404: Problem, 409: Problem } },
    },
    async (request, reply) => {
      const proposalId = await lowering.propose(request.params.siteId, request.body, personOf(request));
      return reply.code(202).send(await proposalById(db, proposalId, clock.now()));
    },
  );

  app.post(
    '/api/proposals/:proposalId/approve',
    { config: { door: may('proposal/decide', 'proposal') }, schema: decision },
    (request) => decide(request, desk.approve),
  );
  app.post(
    '/api/proposals/:proposalId/refuse',
    { config: { door: may('proposal/decide', 'proposal') }, schema: decision },
    (request) => decide(request, desk.refuse),
  );
  // Whoever may propose anything passes; the desk lets only the one who proposed it.
  app.post(
    '/api/proposals/:proposalId/withdraw',
    { config: { door: may('alarm/acknowledge', 'proposal') }, schema: decision },
    (request) => decide(request, desk.withdraw),
  );

  async function decide(
    request: FastifyRequest & { params: { proposalId: string }; body: DecideProposal },
    how: ProposalDesk['approve'],
  ): Promise<ProposalView> {
    const { proposalId } = request.params;
    await how(proposalId, personOf(request), request.body.reason);
    return proposalById(db, proposalId, clock.now());
  }
};

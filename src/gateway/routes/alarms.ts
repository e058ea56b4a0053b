import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { ListedAlarm, ShelveAlarm, UnshelveAlarm } from '../../contract/alarms.ts';
import { Acknowledge, AlarmView, Problem } from '../../contract/http.ts';
import { ProposalView } from '../../contract/proposals.ts';
import { Line } from '../../contract/shape.ts';
import { hasCode } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import { personOf } from '../person.ts';
import type { AlarmDesk } from '../ports.ts';
import { proposalById } from '../views/proposals-view.ts';

interface AlarmDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: AlarmDesk;
}

const params = z.object({ siteId: Line(200) });
const refusals = { 404: Problem, 409: Problem };

/** The alarm list, and what an operator does to it: "I have seen it", "not now". Nothing here answers a callout. */
export const alarmRoutes: FastifyPluginAsyncZod<AlarmDeps> = async (app, { db, clock, desk }) => {
  app.get(
    '/api/sites/:siteId/alarms',
    {
      config: { door: may('site/see', 'site') },
      schema: { params, response: { 200: z.array(ListedAlarm), 404: Problem } },
    },
    (request) => desk.list(request.params.siteId, clock.now()),
  );

  app.post(
    '/api/sites/:siteId/alarms/acknowledge',
    {
      config: { door: may('alarm/acknowledge', 'site') },
      schema: { params, body: Acknowledge, response: { 200: AlarmView, 404: Problem } },
    },
    async (request) => {
      const { target } = request.body;
      const { name: who } = sessionOf(request).account;
      const { state, level, acknowledged } = await desk.acknowledge(request.params.siteId, target, who);
      return { target, state, level, acknowledged };
    },
  );

  app.post(
    '/api/sites/:siteId/alarms/shelve',
    {
      config: { door: may('alarm/shelve', 'site') },
      schema: { params, body: ShelveAlarm, response: { 200: AlarmView, 202: ProposalView, ...refusals } },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const { target } = request.body;
      try {
        const { state, level, acknowledged } = await desk.shelve(siteId, request.body, sessionOf(request).account.name);
        return await reply.code(200).send({ target, state, level, acknowledged });
      } catch (error) {
        if (!hasCode(error, 'alarm/second-person')) throw error;
        const proposalId = await desk.proposeShelf(siteId, request.body, personOf(request));
        return reply.code(202).send(await proposalById(db, proposalId, clock.now()));
      }
    },
  );

  app.post(
    '/api/sites/:siteId/alarms/unshelve',
    {
      config: { door: may('alarm/shelve', 'site') },
      schema: { params, body: UnshelveAlarm, response: { 200: AlarmView, 404: Problem } },
    },
    async (request) => {
      const { target } = request.body;
      const { name: who } = sessionOf(request).account;
      const { state, level, acknowledged } = await desk.unshelve(request.params.siteId, target, who);
      return { target, state, level, acknowledged };
    },
  );
};

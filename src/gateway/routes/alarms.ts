import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Acknowledge, AlarmView, Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import type { Clock } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { CalloutDesk } from '../ports.ts';

interface AlarmDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: Pick<CalloutDesk, 'acknowledge'>;
}

const schema = {
  params: z.object({ siteId: Line(200) }),
  body: Acknowledge,
  response: { 200: AlarmView, 404: Problem },
};

/** What an operator does to an alarm: "I have seen it". It answers no callout. */
export const alarmRoutes: FastifyPluginAsyncZod<AlarmDeps> = async (app, { db, clock, desk }) => {
  app.post(
    '/api/sites/:siteId/alarms/acknowledge',
    { config: { door: may('alarm/acknowledge', 'site') }, schema },
    async (request) => {
      const { siteId } = request.params;
      const { target } = request.body;
      const { name: who } = sessionOf(request).account;
      const { state, level, acknowledged } = await desk.acknowledge(siteId, target, who);
      await recordAudit(db, { at: clock.now(), who, action: 'alarm/acknowledge', siteId, facts: { target } });
      return { target, state, level, acknowledged };
    },
  );
};

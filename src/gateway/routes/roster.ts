import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import {
  EndException,
  ImportRoster,
  NewAbsence,
  NewOverride,
  NewSwap,
  RosterView,
  SaveRoster,
  SwapAnswer,
} from '../../contract/roster.ts';
import { Line } from '../../contract/shape.ts';
import { mayAt } from '../../core/access.ts';
import { DAY } from '../../core/time.ts';
import { may, sessionOf } from '../doors.ts';
import type { RosterDesk } from '../ports.ts';
import type { FastifyRequest } from 'fastify';

interface RosterDeps {
  readonly desk: RosterDesk;
}

const params = z.object({ siteId: Line(40) });
const querystring = z.object({
  days: z.coerce.number().int().min(1).max(62).default(14).describe('How many days of shifts.'),
});
const response = { 200: RosterView, 400: Problem, 403: Problem, 404: Problem, 409: Problem };
/** Rotations of a large mine, and its holidays of some years. */
const PLAN_BYTES_AT_MOST = 512 * 1_024;
const WORKBOOK_BYTES_AT_MOST = 1_500_000;
/** Days of shifts in an export. */
const WORKBOOK_DAYS = 30;
/** What a page shows after a change. */
const SHOWN_DAYS = 14;

/** Who is on duty. Each change gives back the roster as it then stands. */
export const rosterRoutes: FastifyPluginAsyncZod<RosterDeps> = async (app, { desk }) => {
  const shown = (request: FastifyRequest, siteId: string, days = SHOWN_DAYS) =>
    desk.look(siteId, sessionOf(request).account.name, days * DAY);
  const asker = (request: FastifyRequest, siteId: string) => {
    const { account, access } = sessionOf(request);
    return { name: account.name, mayEdit: mayAt(access, 'roster/edit', siteId) };
  };
  const edit = { door: may('roster/edit', 'site') };
  const ask = { door: may('roster/ask', 'site') };

  app.get(
    '/api/sites/:siteId/roster',
    {
      config: { door: may('site/see', 'site') },
      schema: { params, querystring, response: { 200: RosterView, 404: Problem } },
    },
    (request) => shown(request, request.params.siteId, request.query.days),
  );

  app.put(
    '/api/sites/:siteId/roster',
    { config: edit, bodyLimit: PLAN_BYTES_AT_MOST, schema: { params, body: SaveRoster, response } },
    async (request) => {
      const { siteId } = request.params;
      await desk.save(siteId, request.body, sessionOf(request).account.name);
      return shown(request, siteId);
    },
  );

  app.get(
    '/api/sites/:siteId/roster/workbook',
    { config: { door: may('site/see', 'site') }, schema: { params } },
    async (request, reply) => {
      const { siteId } = request.params;
      const bytes = await desk.exportWorkbook(siteId, WORKBOOK_DAYS * DAY);
      reply.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
      reply.header('content-disposition', `attachment; filename="roster-${encodeURIComponent(siteId)}.xlsx"`);
      return reply.send(Buffer.from(bytes));
    },
  );

  app.post(
    '/api/sites/:siteId/roster/workbook',
    { config: edit, bodyLimit: WORKBOOK_BYTES_AT_MOST, schema: { params, body: ImportRoster, response } },
    async (request) => {
      const { siteId } = request.params;
      const { baseVersion, file } = request.body;
      const bytes = Buffer.from(file, 'base64');
      await desk.importWorkbook(siteId, { baseVersion, bytes }, sessionOf(request).account.name);
      return shown(request, siteId);
    },
  );

  app.post(
    '/api/sites/:siteId/roster/overrides',
    { config: edit, schema: { params, body: NewOverride, response } },
    async (request) => {
      const { siteId } = request.params;
      await desk.override(siteId, request.body, sessionOf(request).account.name);
      return shown(request, siteId);
    },
  );

  app.post(
    '/api/sites/:siteId/roster/absences',
    { config: ask, schema: { params, body: NewAbsence, response } },
    async (request) => {
      const { siteId } = request.params;
      await desk.absent(siteId, request.body, asker(request, siteId));
      return shown(request, siteId);
    },
  );

  app.post(
    '/api/sites/:siteId/roster/end',
    { config: ask, schema: { params, body: EndException, response } },
    async (request) => {
      const { siteId } = request.params;
      await desk.end(siteId, request.body.exceptionId, asker(request, siteId));
      return shown(request, siteId);
    },
  );

  app.post(
    '/api/sites/:siteId/roster/swaps',
    { config: ask, schema: { params, body: NewSwap, response } },
    async (request) => {
      const { siteId } = request.params;
      await desk.askSwap(siteId, request.body, sessionOf(request).account.name);
      return shown(request, siteId);
    },
  );

  app.post(
    '/api/sites/:siteId/roster/swaps/answer',
    { config: ask, schema: { params, body: SwapAnswer, response } },
    async (request) => {
      const { siteId } = request.params;
      await desk.answerSwap(siteId, request.body, sessionOf(request).account.name);
      return shown(request, siteId);
    },
  );
};

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AccidentView, CloseAccident, DeclareAccident, TellAccident } from '../../contract/accidents.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { may } from '../doors.ts';
import { personOf } from '../person.ts';
import type { AccidentDesk } from '../ports.ts';

const ofSite = z.object({ siteId: Line(40) });
const params = z.object({ accidentId: z.uuid() });
const response = { 200: AccidentView, 404: Problem, 409: Problem };
const door = may('accident/declare', 'accident');

/** The accident clock: declared by a person, with who has to be told by when, until somebody closes it. */
export const accidentRoutes: FastifyPluginAsyncZod<{ readonly desk: AccidentDesk }> = async (app, { desk }) => {
  app.get(
    '/api/sites/:siteId/accidents',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(AccidentView), 404: Problem } },
    },
    (request) => desk.list(request.params.siteId),
  );
  app.post(
    '/api/sites/:siteId/accidents',
    {
      config: { door: may('accident/declare', 'site') },
      schema: { params: ofSite, body: DeclareAccident, response: { 201: AccidentView, 404: Problem } },
    },
    async (request, reply) => {
      const id = await desk.declare(request.params.siteId, request.body, personOf(request).name);
      return reply.code(201).send(await desk.byId(id));
    },
  );
  app.post(
    '/api/accidents/:accidentId/amend',
    { config: { door }, schema: { params, body: DeclareAccident, response } },
    async (request) => {
      const { accidentId } = request.params;
      await desk.amend(accidentId, request.body, personOf(request).name);
      return desk.byId(accidentId);
    },
  );
  app.post(
    '/api/accidents/:accidentId/told',
    { config: { door }, schema: { params, body: TellAccident, response } },
    async (request) => {
      const { accidentId } = request.params;
      await desk.told(accidentId, request.body.report, request.body.note, personOf(request).name);
      return desk.byId(accidentId);
    },
  );
  app.post(
    '/api/accidents/:accidentId/close',
    { config: { door }, schema: { params, body: CloseAccident, response } },
    async (request) => {
      const { accidentId } = request.params;
      await desk.close(accidentId, request.body.note, personOf(request).name);
      return desk.byId(accidentId);
    },
  );
};

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { ChangedGroup, MadeGroup, NewGroup } from '../../contract/people.ts';
import { changerOf, may } from '../doors.ts';
import type { GroupDesk } from '../group-desk.ts';

interface GroupDeps {
  readonly desk: GroupDesk;
}

/** At which sites exactly stands in what is asked: the desk looks at it. */
const config = { door: may('people/manage', 'some-site') };
const params = z.object({ groupId: z.uuid() });
const refusals = { 400: Problem, 403: Problem, 404: Problem, 409: Problem };
const nothing = { 204: z.undefined(), ...refusals };

/** People who hold the same roles. */
export const groupRoutes: FastifyPluginAsyncZod<GroupDeps> = async (app, { desk }) => {
  app.post(
    '/api/groups',
    { config, schema: { body: NewGroup, response: { 201: MadeGroup, ...refusals } } },
    async (request, reply) => {
      const groupId = await desk.create(changerOf(request), request.body);
      return reply.code(201).send({ groupId });
    },
  );

  app.put(
    '/api/groups/:groupId',
    { config, schema: { params, body: ChangedGroup, response: nothing } },
    async (request, reply) => {
      await desk.change(changerOf(request), request.params.groupId, request.body);
      return reply.code(204).send(undefined);
    },
  );

  app.delete('/api/groups/:groupId', { config, schema: { params, response: nothing } }, async (request, reply) => {
    await desk.remove(changerOf(request), request.params.groupId);
    return reply.code(204).send(undefined);
  });
};

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { CredentialView, MadeCredential, NewCredential } from '../../contract/people.ts';
import type { Database } from '../../platform/database.ts';
import type { CredentialDesk } from '../credential-desk.ts';
import { changerOf, may, sessionOf } from '../doors.ts';
import { credentialsView } from '../views/credentials-view.ts';

interface CredentialDeps {
  readonly db: Kysely<Database>;
  readonly desk: CredentialDesk;
}

/** At which sites exactly stands in what is asked: the desk looks at it. */
const config = { door: may('credential/manage', 'some-site') };
const refusals = { 400: Problem, 403: Problem, 404: Problem };

/** Screens on walls and programs: what opens a door for them. */
export const credentialRoutes: FastifyPluginAsyncZod<CredentialDeps> = async (app, { db, desk }) => {
  app.get(
    '/api/credentials',
    { config, schema: { response: { 200: z.array(CredentialView), 403: Problem } } },
    (request) => credentialsView(db, sessionOf(request)),
  );

  app.post(
    '/api/credentials',
    { config, schema: { body: NewCredential, response: { 201: MadeCredential, ...refusals } } },
    async (request, reply) =>
      reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(await desk.make(changerOf(request), request.body)),
  );

  app.post(
    '/api/credentials/:credentialId/revoke',
    { config, schema: { params: z.object({ credentialId: z.uuid() }), response: { 204: z.undefined(), ...refusals } } },
    async (request, reply) => {
      await desk.revoke(changerOf(request), request.params.credentialId);
      return reply.code(204).send(undefined);
    },
  );
};

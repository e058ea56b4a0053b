import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import {
  FirstPassword,
  IdentityOfPerson,
  MadePerson,
  NewPerson,
  PeopleView,
  RolesOfPerson,
} from '../../contract/people.ts';
import { OpenSession } from '../../contract/session.ts';
import { AppError } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import type { AccountDesk } from '../account-desk.ts';
import { changerOf, may, sessionOf } from '../doors.ts';
import { isManaged, peopleView } from '../views/people-view.ts';
import { openSessions } from '../views/session-view.ts';

interface PeopleDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: AccountDesk;
}

/** At which sites exactly stands in what is asked: the desk looks at it. */
const config = { door: may('people/manage', 'some-site') };
const params = z.object({ accountId: z.uuid() });
const refusals = { 400: Problem, 403: Problem, 404: Problem, 409: Problem };
const nothing = { 204: z.undefined(), ...refusals };

/** Accounts, as administrators of all their sites see and change them. */
export const peopleRoutes: FastifyPluginAsyncZod<PeopleDeps> = async (app, { db, clock, desk }) => {
  app.get('/api/people', { config, schema: { response: { 200: PeopleView, 403: Problem } } }, (request) =>
    peopleView(db, sessionOf(request), clock.now()),
  );

  app.post(
    '/api/people',
    { config, schema: { body: NewPerson, response: { 201: MadePerson, ...refusals } } },
    async (request, reply) =>
      reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(await desk.create(changerOf(request), request.body)),
  );

  app.get(
    '/api/people/:accountId/sessions',
    { config, schema: { params, response: { 200: z.array(OpenSession), ...refusals } } },
    async (request) => {
      const session = sessionOf(request);
      const { accountId } = request.params;
      if (!(await isManaged(db, session, accountId)))
        throw new AppError('account/not-found', 'there is no such account');
      return openSessions(db, accountId, session.key);
    },
  );

  app.put(
    '/api/people/:accountId/grants',
    { config, schema: { params, body: RolesOfPerson, response: nothing } },
    async (request, reply) => {
      await desk.setRoles(changerOf(request), request.params.accountId, request.body);
      return reply.code(204).send(undefined);
    },
  );

  app.put(
    '/api/people/:accountId/identity',
    { config, schema: { params, body: IdentityOfPerson, response: nothing } },
    async (request, reply) => {
      await desk.setIdentity(changerOf(request), request.params.accountId, request.body.identity);
      return reply.code(204).send(undefined);
    },
  );

  app.post(
    '/api/people/:accountId/reset-password',
    { config, schema: { params, response: { 200: FirstPassword, ...refusals } } },
    async (request, reply) => {
      const password = await desk.resetPassword(changerOf(request), request.params.accountId);
      return reply.header('cache-control', 'no-store').send({ password });
    },
  );

  const acts = {
    disable: desk.disable,
    enable: desk.enable,
    'reset-second-factor': desk.resetSecondFactor,
    'end-sessions': desk.endSessions,
  } as const;
  for (const [name, act] of Object.entries(acts)) {
    app.post(
      `/api/people/:accountId/${name}`,
      { config, schema: { params, response: nothing } },
      async (request, reply) => {
        await act(changerOf(request), request.params.accountId);
        return reply.code(204).send(undefined);
      },
    );
  }
};

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { Problem } from '../../contract/http.ts';
import { SessionView, SetUp, SetupView } from '../../contract/session.ts';
import { AppError } from '../../core/errors.ts';
import { MINUTE } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { SESSION_COOKIE, open } from '../doors.ts';
import { cookieOf } from '../session-cookie.ts';
import type { Sessions } from '../sessions.ts';
import { administrators, setUp } from '../setup.ts';
import { sessionView } from '../views/session-view.ts';

interface SetupDeps {
  readonly db: Kysely<Database>;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly secure: boolean;
  readonly signInsPerMinute: number;
}

/** The first-run wizard: whether it is open, and the first administrator, who is signed in at once. */
export const setupRoutes: FastifyPluginAsyncZod<SetupDeps> = async (app, deps) => {
  const { db, sessions, clock, secure, signInsPerMinute } = deps;

  app.get(
    '/api/setup',
    {
      config: { door: open('whether somebody administers: the page shows the wizard or the sign-in') },
      schema: { response: { 200: SetupView } },
    },
    async () => ({ open: (await administrators(db)).length === 0 }),
  );

  const rateLimit = {
    max: signInsPerMinute,
    timeWindow: MINUTE,
    errorResponseBuilder: () => new AppError('session/too-many-attempts', 'too many tries: wait a minute'),
  };
  app.post(
    '/api/setup',
    {
      config: { rateLimit, door: open('needs the code that was printed where the service was started') },
      schema: { body: SetUp, response: { 200: SessionView, 401: Problem, 409: Problem, 429: Problem } },
    },
    async (request, reply) => {
      const now = clock.now();
      const accountId = await setUp(db, request.body, now);
      const beginning = { now, address: request.ip, agent: request.headers['user-agent'] ?? '' };
      const token = await sessions.begin({ accountId }, beginning);
      void reply.setCookie(SESSION_COOKIE, token, cookieOf(secure, 'person'));
      const session = await sessions.find(token, now);
      if (session === null) throw new AppError('session/required', 'the session was ended at once');
      return sessionView(db, session);
    },
  );
};

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem, SessionView, SignIn } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import { MINUTE } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import type { Account } from '../accounts.ts';
import { SESSION_COOKIE, sessionOf } from '../doors.ts';
import { LASTS_MS } from '../sessions.ts';
import type { Sessions } from '../sessions.ts';

interface SessionDeps {
  readonly sessions: Sessions;
  readonly check: (name: string, password: string) => Promise<Account>;
  readonly clock: Clock;
  /** The cookie is sent over HTTPS only. */
  readonly secure: boolean;
  readonly signInsPerMinute: number;
  readonly sessionEnded: (key: string) => void;
}

/** POST, GET and DELETE /api/session: sign in, who am I, sign out. */
export const sessionRoutes: FastifyPluginAsyncZod<SessionDeps> = async (app, deps) => {
  const { sessions, check, clock, secure, signInsPerMinute, sessionEnded } = deps;
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;

  const rateLimit = {
    max: signInsPerMinute,
    timeWindow: MINUTE,
    errorResponseBuilder: () => new AppError('session/too-many-attempts', 'too many sign-ins: wait a minute'),
  };
  app.post(
    '/api/session',
    { config: { rateLimit }, schema: { body: SignIn, response: { 200: SessionView, 401: Problem, 429: Problem } } },
    async (request, reply) => {
      const account = await check(request.body.name, request.body.password);
      const token = await sessions.begin(account, clock.now());
      void reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: LASTS_MS / 1_000 });
      return { name: account.name };
    },
  );

  app.get('/api/session', { schema: { response: { 200: SessionView, 401: Problem } } }, async (request) => ({
    name: sessionOf(request).account.name,
  }));

  app.delete('/api/session', { schema: { response: { 204: z.undefined() } } }, async (request, reply) => {
    const { key } = sessionOf(request);
    await sessions.end(key);
    sessionEnded(key);
    void reply.clearCookie(SESSION_COOKIE, cookie);
    return reply.code(204).send(undefined);
  });
};

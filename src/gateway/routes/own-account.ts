import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import {
  ChangePassword,
  EnrolmentView,
  OpenSession,
  RecoveryCodes,
  SessionView,
  WithCode,
  WithPassword,
} from '../../contract/session.ts';
import { AppError, hasCode } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { hashed, setPassword } from '../accounts.ts';
import type { AccountRow, CheckPassword } from '../accounts.ts';
import { SESSION_COOKIE, sessionOf } from '../doors.ts';
import type { Door } from '../doors.ts';
import type { OneTryAtATime } from '../one-try-at-a-time.ts';
import type { SecondFactor } from '../second-factor.ts';
import { cookieOf } from '../session-cookie.ts';
import type { Sessions } from '../sessions.ts';
import { checkThrottle, noteFailure } from '../sign-in-throttle.ts';
import { openSessions, sessionView } from '../views/session-view.ts';

interface OwnAccountDeps {
  readonly db: Kysely<Database>;
  readonly sessions: Sessions;
  readonly checkPassword: CheckPassword;
  readonly secondFactor: SecondFactor;
  readonly inTurn: OneTryAtATime;
  readonly clock: Clock;
  readonly secure: boolean;
  readonly sessionEnded: (key: string) => void;
}

const door: Door = { signedIn: 'person' };
const nothing = { 204: z.undefined(), 401: Problem, 404: Problem, 429: Problem };

/** What a person does about themselves: password, second factor, sessions. Each that weakens something asks for the password again. */
export const ownAccountRoutes: FastifyPluginAsyncZod<OwnAccountDeps> = async (app, deps) => {
  const { db, sessions, checkPassword, secondFactor, inTurn, clock, secure, sessionEnded } = deps;
  const config = { door };

  app.post(
    '/api/session/password',
    { config, schema: { body: ChangePassword, response: { ...nothing, 400: Problem } } },
    async (request, reply) => {
      const { password, next } = request.body;
      const { id } = await again(request, password);
      if (next.normalize('NFKC') === password.normalize('NFKC'))
        throw new AppError('request/invalid', 'the new password is the old one', { field: 'next' });
      await setPassword(db, id, await hashed(next));
      await endOthers(request);
      await renewCookie(request, reply, {});
      await record(request, 'account/password-changed');
      return reply.code(204).send(undefined);
    },
  );

  app.post(
    '/api/session/second-factor',
    {
      config,
      schema: { body: WithPassword, response: { 200: EnrolmentView, 401: Problem, 409: Problem, 429: Problem } },
    },
    async (request) => {
      const row = await again(request, request.body.password);
      // Whoever has only the password must not put another telephone in the place of this one.
      if (row.totp_confirmed_at !== null) throw new AppError('second-factor/set-up', 'remove the present one first');
      const drawn = await secondFactor.enrol(row);
      await record(request, 'second-factor/drawn');
      return drawn;
    },
  );

  app.post(
    '/api/session/second-factor/confirm',
    { config, schema: { body: WithCode, response: { 200: RecoveryCodes, 401: Problem, 409: Problem, 429: Problem } } },
    async (request, reply) => {
      const { account } = sessionOf(request);
      const row = await rowOf(account.id);
      if (row.totp_confirmed_at !== null) throw new AppError('second-factor/set-up', 'it is set up already');
      const recoveryCodes = await throttled(request, () =>
        secondFactor.confirm(account.id, request.body.code, clock.now()),
      );
      await endOthers(request);
      await renewCookie(request, reply, { secondFactor: true });
      await record(request, 'second-factor/set-up');
      return { recoveryCodes: [...recoveryCodes] };
    },
  );

  app.post(
    '/api/session/second-factor/prove',
    {
      config,
      schema: { body: WithCode, response: { 200: SessionView, 401: Problem, 409: Problem, 429: Problem } },
    },
    async (request, reply) => {
      const { account, key } = sessionOf(request);
      const row = await rowOf(account.id);
      if (row.totp_confirmed_at === null) throw new AppError('second-factor/not-set-up', 'set it up first');
      await expectCode(request, row);
      await renewCookie(request, reply, { secondFactor: true });
      await record(request, 'second-factor/proved');
      const session = await sessions.renew(key, clock.now());
      if (session === null) throw new AppError('session/required', 'the session was ended at once');
      return sessionView(db, session);
    },
  );

  app.post(
    '/api/session/second-factor/remove',
    { config, schema: { body: WithPassword.extend(WithCode.shape), response: nothing } },
    async (request, reply) => {
      const row = await again(request, request.body.password);
      await expectCode(request, row);
      await secondFactor.remove(row.id);
      await endOthers(request);
      await renewCookie(request, reply, { secondFactor: false });
      await record(request, 'second-factor/removed');
      return reply.code(204).send(undefined);
    },
  );

  app.get('/api/session/all', { config, schema: { response: { 200: z.array(OpenSession) } } }, (request) =>
    openSessions(db, sessionOf(request).account.id, sessionOf(request).key),
  );

  app.post('/api/session/end-others', { config, schema: { response: nothing } }, async (request, reply) => {
    await endOthers(request);
    await record(request, 'session/others-ended');
    return reply.code(204).send(undefined);
  });

  app.post(
    '/api/session/all/:sessionId/end',
    { config, schema: { params: z.object({ sessionId: z.uuid() }), response: nothing } },
    async (request, reply) => {
      const { sessionId } = request.params;
      const { account } = sessionOf(request);
      const own = await db
        .selectFrom('session')
        .select('id')
        .where('id', '=', sessionId)
        .where('account_id', '=', account.id)
        .executeTakeFirst();
      if (own === undefined) throw new AppError('session/not-found', 'there is no such session of yours');
      await sessions.end(sessionId);
      sessionEnded(sessionId);
      await record(request, 'session/ended');
      return reply.code(204).send(undefined);
    },
  );

  const rowOf = (id: string): Promise<AccountRow> =>
    db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  /** The password once more, under the same throttle as at the door. */
  const again = (request: FastifyRequest, password: string): Promise<AccountRow> =>
    throttled(request, () => checkPassword(sessionOf(request).account.name, password));

  async function throttled<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    const tried = { name: sessionOf(request).account.name, address: request.ip, now: clock.now() };
    return inTurn(tried, async () => {
      await checkThrottle(db, tried);
      return work().catch(async (error: unknown) => {
        if (hasCode(error, 'session/wrong-password') || hasCode(error, 'second-factor/wrong-code'))
          await noteFailure(db, tried);
        throw error;
      });
    });
  }

  const expectCode = (request: FastifyRequest<{ Body: { code: string } }>, row: AccountRow): Promise<void> =>
    throttled(request, async () => {
      if (!(await secondFactor.take(row, request.body.code, clock.now())))
        throw new AppError('second-factor/wrong-code', 'the code is wrong, or was used');
    });

  async function endOthers(request: FastifyRequest): Promise<void> {
    const { account, key } = sessionOf(request);
    for (const ended of await sessions.endOthers(account.id, key)) sessionEnded(ended);
  }

  /** Whoever knew the cookie before has nothing of what it opens from now on. */
  async function renewCookie(
    request: FastifyRequest,
    reply: FastifyReply,
    change: { readonly secondFactor?: boolean },
  ): Promise<void> {
    const token = await sessions.rotate(sessionOf(request).key, clock.now(), { always: true, ...change });
    if (token !== null) void reply.setCookie(SESSION_COOKIE, token, cookieOf(secure, 'person'));
  }

  const record = (request: FastifyRequest, action: string): Promise<void> =>
    recordAudit(db, {
      at: clock.now(),
      who: sessionOf(request).account.name,
      action,
      facts: { address: request.ip },
    });
};

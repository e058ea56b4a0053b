import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { SessionView, SignIn } from '../../contract/session.ts';
import { AppError, hasCode } from '../../core/errors.ts';
import { MINUTE } from '../../core/time.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import type { AccountRow, CheckPassword } from '../accounts.ts';
import { SESSION_COOKIE, open, sessionOf } from '../doors.ts';
import { endFormer } from '../former-session.ts';
import type { OneTryAtATime } from '../one-try-at-a-time.ts';
import type { SecondFactor } from '../second-factor.ts';
import { checkThrottle, noteFailure, noteSuccess } from '../sign-in-throttle.ts';
import type { Sessions } from '../sessions.ts';
import { sessionView } from '../views/session-view.ts';
import { cookieOf } from '../session-cookie.ts';

interface SessionDeps {
  readonly db: Kysely<Database>;
  readonly sessions: Sessions;
  readonly checkPassword: CheckPassword;
  readonly secondFactor: SecondFactor;
  readonly inTurn: OneTryAtATime;
  readonly clock: Clock;
  /** The cookie is sent over HTTPS only. */
  readonly secure: boolean;
  readonly signInsPerMinute: number;
  readonly sessionEnded: (key: string) => void;
}

/** POST, GET and DELETE /api/session: sign in, who am I, sign out. */
export const sessionRoutes: FastifyPluginAsyncZod<SessionDeps> = async (app, deps) => {
  const { db, sessions, inTurn, clock, secure, signInsPerMinute, sessionEnded } = deps;

  const rateLimit = {
    max: signInsPerMinute,
    timeWindow: MINUTE,
    errorResponseBuilder: () => new AppError('session/too-many-attempts', 'too many sign-ins: wait a minute'),
  };
  app.post(
    '/api/session',
    {
      config: { rateLimit, door: open('signs in') },
      schema: { body: SignIn, response: { 200: SessionView, 401: Problem, 429: Problem } },
    },
    async (request, reply) => {
      const { name, password, code } = request.body;
      const tried = { name, address: request.ip, now: clock.now() };
      const account = await inTurn(tried, async () => {
        await checkThrottle(db, tried);
        return known(deps, { ...tried, password, code }).catch(async (error: unknown) => {
          if (hasCode(error, 'session/wrong-password') || hasCode(error, 'second-factor/wrong-code'))
            await refused(tried);
          throw error;
        });
      });
      await noteSuccess(db, account.id, tried);
      await endFormer(request, deps, tried.now);
      const secondFactor = account.totp_confirmed_at !== null;
      const beginning = {
        now: tried.now,
        address: request.ip,
        agent: agentOf(request),
        secondFactor,
        checked: account,
      };
      const token = await sessions.begin({ accountId: account.id }, beginning);
      const facts = { address: request.ip, agent: beginning.agent, secondFactor };
      await recordAudit(db, { at: tried.now, who: account.name, action: 'session/begin', facts });
      void reply.setCookie(SESSION_COOKIE, token, cookieOf(secure, 'person'));
      const session = await sessions.find(token, tried.now);
      if (session === null) throw new AppError('session/required', 'the session was ended at once');
      return sessionView(db, session);
    },
  );

  app.get(
    '/api/session',
    { config: { door: { signedIn: 'anybody' } }, schema: { response: { 200: SessionView, 401: Problem } } },
    async (request, reply) => {
      const session = sessionOf(request);
      const present = request.cookies[SESSION_COOKIE];
      if (session.kind === 'person') {
        const token = await sessions.rotate(session.key, clock.now());
        if (token !== null) void reply.setCookie(SESSION_COOKIE, token, cookieOf(secure, 'person'));
      } else if (session.kind === 'kiosk' && present !== undefined) {
        // Kept for as long again. Not exchanged: an answer that got lost would sign the wall out.
        void reply.setCookie(SESSION_COOKIE, present, cookieOf(secure, 'kiosk'));
      }
      return sessionView(db, session);
    },
  );

  app.delete(
    '/api/session',
    { config: { door: { signedIn: 'person' } }, schema: { response: { 204: z.undefined() } } },
    async (request, reply) => {
      const { key, account } = sessionOf(request);
      await sessions.end(key);
      sessionEnded(key);
      await recordAudit(db, { at: clock.now(), who: account.name, action: 'session/end', facts: {} });
      void reply.clearCookie(SESSION_COOKIE, cookieOf(secure, 'person'));
      return reply.code(204).send(undefined);
    },
  );

  /** What was typed as a name may be a password: only names of accounts stand in the audit. */
  async function refused(tried: { readonly name: string; readonly address: string; readonly now: Instant }) {
    await noteFailure(db, tried);
    const row = await db.selectFrom('account').select('name').where('name', '=', tried.name).executeTakeFirst();
    const facts = { account: row?.name ?? null, address: tried.address };
    await recordAudit(db, { at: tried.now, who: 'nobody', action: 'session/refused', facts });
  }
};

interface Tried {
  readonly name: string;
  readonly password: string;
  readonly code: string | undefined;
  readonly now: Instant;
}

/** Throws `session/wrong-password`, `session/code-required`, `second-factor/wrong-code`. */
async function known(
  { checkPassword, secondFactor }: SessionDeps,
  { name, password, code, now }: Tried,
): Promise<AccountRow> {
  const account = await checkPassword(name, password);
  if (account.totp_confirmed_at === null) return account;
  if (code === undefined || code.trim() === '')
    throw new AppError('session/code-required', 'give the code of your second factor too');
  if (!(await secondFactor.take(account, code, now)))
    throw new AppError('second-factor/wrong-code', 'the code is wrong, or was used');
  return account;
}

const agentOf = (request: FastifyRequest): string => request.headers['user-agent'] ?? '';

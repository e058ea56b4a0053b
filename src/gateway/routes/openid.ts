import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { IdentityView } from '../../contract/session.ts';
import { AppError } from '../../core/errors.ts';
import { MINUTE } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { SESSION_COOKIE, open } from '../doors.ts';
import { OPENID_COOKIE, openIdCookie } from '../openid/openid-cookie.ts';
import { notBegun } from '../openid/provider-failure.ts';
import type { OpenIdProvider, Vouched } from '../openid/provider.ts';
import { refusalTo } from '../problems.ts';
import type { Sealer } from '../sealed.ts';
import { cookieOf } from '../session-cookie.ts';
import type { Sessions } from '../sessions.ts';

interface OpenIdDeps {
  readonly db: Kysely<Database>;
  readonly sessions: Sessions;
  readonly provider: OpenIdProvider;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly secure: boolean;
  readonly signInsPerMinute: number;
  readonly sessionEnded: (key: string) => void;
}

/** Signing in at an OpenID provider: there, back, and for whom no account knows, who they are. */
export const openIdRoutes: FastifyPluginAsyncZod<OpenIdDeps> = async (app, deps) => {
  const { db, sessions, provider, sealer, clock, secure, signInsPerMinute, sessionEnded } = deps;
  const cookie = openIdCookie(sealer, secure);
  const keptBy = (request: FastifyRequest) => cookie.read(request.cookies[OPENID_COOKIE], clock.now());

  const rateLimit = {
    max: signInsPerMinute,
    timeWindow: MINUTE,
    errorResponseBuilder: () => new AppError('session/too-many-attempts', 'too many sign-ins: wait a minute'),
  };
  /** A person's browser is here, not a program: whatever fails, it ends on the sign-in form, which says it in words. */
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    void redirect(reply, `/#sign-in=${refusalTo(request, error).problem.code}`);
  };
  const schema = { response: { 302: z.undefined() } };

  app.get(
    '/api/oidc/start',
    { config: { rateLimit, door: open('sends a browser to the provider') }, schema, errorHandler },
    async (request, reply) => {
      const { url, secrets } = await recorded(request, () => provider.begin());
      const token = request.cookies[SESSION_COOKIE];
      const former = token === undefined ? null : await sessions.find(token, clock.now());
      const begun = { ...secrets, former: former?.kind === 'person' ? former.key : null };
      void reply.setCookie(OPENID_COOKIE, cookie.seal({ begun }, clock.now()), cookie.options);
      return redirect(reply, url.href);
    },
  );

  app.get(
    '/api/oidc/callback',
    { config: { rateLimit, door: open('signs in whom the provider vouches for') }, schema, errorHandler },
    async (request, reply) => {
      void reply.clearCookie(OPENID_COOKIE, cookie.options);
      const { begun } = keptBy(request);
      const { vouched, account } = await recorded(request, async () => {
        if (begun === undefined) throw notBegun();
        const vouched = await provider.finish(new URL(request.url, 'http://us').search, begun);
        return { vouched, account: await accountOf(vouched, reply) };
      });
      if (begun !== undefined && begun.former !== null) {
        await sessions.end(begun.former);
        sessionEnded(begun.former);
      }
      const now = clock.now();
      const agent = request.headers['user-agent'] ?? '';
      const { secondFactor } = vouched;
      const beginning = { now, address: request.ip, agent, secondFactor, byProvider: true, checked: account };
      const token = await sessions.begin({ accountId: account.id }, beginning);
      const facts = { by: 'oidc', address: request.ip, agent, secondFactor };
      await recordAudit(db, { at: now, who: account.name, action: 'session/begin', facts });
      void reply.setCookie(SESSION_COOKIE, token, cookieOf(secure, 'person'));
      return redirect(reply, '/');
    },
  );

  app.get(
    '/api/oidc/unknown-identity',
    {
      config: { door: open('tells a browser whom the provider vouched for in it, as sealed in its own cookie') },
      schema: { response: { 200: IdentityView, 404: Problem } },
    },
    async (request) => {
      const { stranger } = keptBy(request);
      if (stranger === undefined) throw new AppError('request/not-found', 'nobody was refused here just now');
      return stranger;
    },
  );

  /** Whose identity it is. The provider makes no accounts: an administrator has linked it, or it opens nothing. */
  async function accountOf({ identity }: Vouched, reply: FastifyReply) {
    const account = await db.selectFrom('account').selectAll().where('identity', '=', identity).executeTakeFirst();
    if (account === undefined) {
      // Not in the address: a link could show somebody else's identity, and an administrator would link that.
      const kept = cookie.seal({ stranger: { identity } }, clock.now());
      void reply.setCookie(OPENID_COOKIE, kept, cookie.options);
      throw new AppError('account/unknown-identity', 'no account is linked to this identity', { facts: { identity } });
    }
    if (account.disabled_at !== null)
      throw new AppError('account/disabled', 'this account is shut out', { facts: { account: account.name } });
    return account;
  }

  /** A refusal stands in the audit, and in the log where the provider is to blame. */
  async function recorded<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    return work().catch(async (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      const facts = { account: null, ...error.facts, by: 'oidc', why: error.code, address: request.ip };
      if (error.code === 'openid/away' || error.code === 'openid/bad-answer')
        request.log.warn({ code: error.code, ...error.facts }, 'the OpenID provider failed');
      await recordAudit(db, { at: clock.now(), who: 'nobody', action: 'session/refused', facts });
      throw error;
    });
  }
};

const redirect = (reply: FastifyReply, to: string): FastifyReply =>
  reply.header('cache-control', 'no-store').redirect(to);

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { Problem } from '../../contract/http.ts';
import { KioskSignIn } from '../../contract/people.ts';
import { SessionView } from '../../contract/session.ts';
import { AppError } from '../../core/errors.ts';
import { DAY, MINUTE } from '../../core/time.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { KIOSK_PREFIX } from '../credential-desk.ts';
import { SESSION_COOKIE, open } from '../doors.ts';
import { endFormer } from '../former-session.ts';
import { digestOf } from '../secret-words.ts';
import { cookieOf } from '../session-cookie.ts';
import type { Sessions } from '../sessions.ts';
import { sessionView } from '../views/session-view.ts';

interface KioskDeps {
  readonly db: Kysely<Database>;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly secure: boolean;
  readonly signInsPerMinute: number;
  readonly sessionEnded: (key: string) => void;
}

/** A screen that forgets its cookie at each start leaves a session behind each time. No browser keeps a cookie for longer. */
const FORGOTTEN_AFTER_MS = 401 * DAY;

/** POST /api/session/kiosk: a screen on a wall signs in with its token and stays signed in until that is revoked. */
export const kioskRoutes: FastifyPluginAsyncZod<KioskDeps> = async (app, deps) => {
  const { db, sessions, clock, secure, signInsPerMinute } = deps;
  const rateLimit = {
    max: signInsPerMinute,
    timeWindow: MINUTE,
    errorResponseBuilder: () => new AppError('session/too-many-attempts', 'too many tries: wait a minute'),
  };
  app.post(
    '/api/session/kiosk',
    {
      config: { rateLimit, door: open('needs a kiosk token') },
      schema: { body: KioskSignIn, response: { 200: SessionView, 401: Problem, 429: Problem } },
    },
    async (request, reply) => {
      const now = clock.now();
      const kiosk = await kioskOf(db, request.body.token.trim(), now);
      if (kiosk === null) {
        const facts = { kiosk: true, address: request.ip };
        await recordAudit(db, { at: now, who: 'nobody', action: 'session/refused', facts });
        throw new AppError('kiosk/wrong-token', 'the token of the screen is unknown, over, or revoked');
      }
      await endFormer(request, deps, now);
      await forgetScreens(db, kiosk.id, now);
      const beginning = { now, address: request.ip, agent: request.headers['user-agent'] ?? '' };
      const token = await sessions.begin({ kioskId: kiosk.id }, beginning);
      void reply.setCookie(SESSION_COOKIE, token, cookieOf(secure, 'kiosk'));
      const session = await sessions.find(token, now);
      if (session === null) throw new AppError('session/required', 'the session was ended at once');
      return sessionView(db, session);
    },
  );
};

/** The screen that this token was made for; null: unknown, over, or revoked. Notes that it was used. */
async function kioskOf(db: Kysely<Database>, token: string, now: Instant): Promise<{ readonly id: string } | null> {
  if (!token.startsWith(KIOSK_PREFIX)) return null;
  const kiosk = await db
    .updateTable('credential')
    .set({ last_used_at: new Date(now) })
    .where('secret_hash', '=', digestOf(token))
    .where('kind', '=', 'kiosk')
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date(now))]))
    .returning('id')
    .executeTakeFirst();
  return kiosk ?? null;
}

const forgetScreens = (db: Kysely<Database>, kioskId: string, now: Instant) =>
  db
    .deleteFrom('session')
    .where('credential_id', '=', kioskId)
    .where('seen_at', '<', new Date(now - FORGOTTEN_AFTER_MS))
    .execute();

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { ArmBody, ArmingView } from '../../contract/arming.ts';
import { Problem } from '../../contract/http.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { armAsSeen } from '../arming-desk.ts';
import { may, sessionOf } from '../doors.ts';
import { armingView } from '../views/arming-view.ts';

interface ArmingDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}

const config = { door: may('installation/arm', 'every-site') };

/** A copy of a database: whom it would call, and that it may. */
export const armingRoutes: FastifyPluginAsyncZod<ArmingDeps> = async (app, { db, clock }) => {
  app.get('/api/arming', { config, schema: { response: { 200: ArmingView } } }, () => armingView(db));

  app.post(
    '/api/arming',
    { config, schema: { body: ArmBody, response: { 200: ArmingView, 400: Problem, 409: Problem } } },
    (request) => armAsSeen(db, { seen: request.body.seen, at: clock.now(), who: sessionOf(request).account.name }),
  );
};

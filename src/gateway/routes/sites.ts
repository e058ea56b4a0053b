import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Curve, Problem, QuarantineView, SiteOverview, SiteSummary } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { mayAt, mayEverywhere } from '../../core/access.ts';
import type { Access } from '../../core/access.ts';
import { AppError } from '../../core/errors.ts';
import { HOUR, instant, plus } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { expectMayAtAll, may, sessionOf } from '../doors.ts';
import { curveOf } from '../views/curve-view.ts';
import { overviewOf, sitesOf } from '../views/overview-view.ts';
import { quarantineOf } from '../views/quarantine-view.ts';

interface SiteDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly carrierConfigured: boolean;
}

const SiteId = Line(40);
const EpochMs = z.coerce.number().int().min(0).max(8.64e15);
/** Widest span of one curve: two years. */
const SPAN_AT_MOST_MS = 2 * 366 * 24 * HOUR;

const Span = z
  .object({
    from: EpochMs.optional().describe('Epoch milliseconds; 24 h before `to` by default.'),
    to: EpochMs.optional().describe('Epoch milliseconds, itself excluded; now by default.'),
    points: z.coerce
      .number()
      .int()
      .min(8)
      .max(10_000)
      .default(2_000)
      .describe('About how many points at most; extremes are kept.'),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['from'],
    error: 'must be before to',
  });

/** What the page reads: sites, a site's overview, a sensor's curve, the quarantine. */
export const siteRoutes: FastifyPluginAsyncZod<SiteDeps> = async (app, { db, clock, carrierConfigured }) => {
  app.get(
    '/api/sites',
    { config: { door: may('site/see', 'some-site') }, schema: { response: { 200: z.array(SiteSummary) } } },
    async (request) => {
      const { access } = sessionOf(request);
      return (await sitesOf(db)).filter(({ siteId }) => mayAt(access, 'site/see', siteId));
    },
  );

  app.get(
    '/api/sites/:siteId/overview',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: z.object({ siteId: SiteId }), response: { 200: SiteOverview, 404: Problem } },
    },
    async (request) => {
      const { siteId } = request.params;
      const { access } = sessionOf(request);
      const sees = { phones: mayAt(access, 'phone/see', siteId), unassigned: await seesUnassigned(db, access) };
      return overviewOf(db, { siteId, now: clock.now(), carrierConfigured, sees });
    },
  );

  app.get(
    '/api/sensors/:sensorId/readings',
    {
      config: { door: may('site/see', 'sensor') },
      schema: {
        params: z.object({ sensorId: z.coerce.number().int().min(1).max(2_147_483_647) }),
        querystring: Span,
        response: { 200: Curve, 400: Problem, 404: Problem },
      },
    },
    (request) => {
      const to = instant(request.query.to ?? plus(clock.now(), 1));
      const from = instant(request.query.from ?? to - 24 * HOUR);
      if (from >= to) throw new AppError('request/invalid', 'from must be before to', { field: 'from' });
      if (to - from > SPAN_AT_MOST_MS)
        throw new AppError('request/invalid', 'the span is over two years', { field: 'from' });
      return curveOf(db, { sensorId: request.params.sensorId, from, to, points: request.query.points });
    },
  );

  app.get(
    '/api/quarantine',
    {
      config: { door: may('site/see', 'some-site') },
      schema: { querystring: z.object({ siteId: SiteId.optional() }), response: { 200: QuarantineView, 404: Problem } },
    },
    async (request) => {
      const { siteId = null } = request.query;
      const session = sessionOf(request);
      if (siteId === null) expectMayAtAll(session, 'site/see', null);
      else if (!mayAt(session.access, 'site/see', siteId))
        throw new AppError('site/not-found', 'there is no such site');
      return quarantineOf(db, { now: clock.now(), siteId, unassigned: await seesUnassigned(db, session.access) });
    },
  );
};

/** What names no site may have been meant for any: it is for who sees all of them, or the only one. */
async function seesUnassigned(db: Kysely<Database>, access: Access): Promise<boolean> {
  if (mayEverywhere(access, 'site/see')) return true;
  return (await sitesOf(db)).length === 1;
}

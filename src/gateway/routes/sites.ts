import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Curve, Line, Problem, QuarantineView, SiteOverview, SiteSummary } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import { HOUR, instant, plus } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
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
  app.get('/api/sites', { schema: { response: { 200: z.array(SiteSummary) } } }, () => sitesOf(db));

  app.get(
    '/api/sites/:siteId/overview',
    { schema: { params: z.object({ siteId: SiteId }), response: { 200: SiteOverview, 404: Problem } } },
    (request) => overviewOf(db, { siteId: request.params.siteId, now: clock.now(), carrierConfigured }),
  );

  app.get(
    '/api/sensors/:sensorId/readings',
    {
      schema: {
        params: z.object({ sensorId: z.coerce.number().int().min(1).max(2_147_483_647) }),
        querystring: Span,
        response: { 200: Curve, 400: Problem, 404: Problem },
      },
    },
    (request) => {
      const to = instant(request.query.to ?? plus(clock.now(), 1));
      const from = instant(request.query.from ?? to - 24 * HOUR);
      if (from >= to) throw new AppError('request/invalid', 'from must be before to');
      if (to - from > SPAN_AT_MOST_MS) throw new AppError('request/invalid', 'the span is over two years');
      return curveOf(db, { sensorId: request.params.sensorId, from, to, points: request.query.points });
    },
  );

  app.get(
    '/api/quarantine',
    {
      schema: { querystring: z.object({ siteId: SiteId.optional() }), response: { 200: QuarantineView, 404: Problem } },
    },
    (request) => quarantineOf(db, clock.now(), request.query.siteId),
  );
};

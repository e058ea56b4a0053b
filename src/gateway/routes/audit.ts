import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { AuditPage, AuditQuery, AuditRootView, RootsQuery } from '../../contract/audit.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { rootsBefore } from '../../platform/audit-root.ts';
import type { Database } from '../../platform/database.ts';
import { may } from '../doors.ts';
import { auditPage } from '../views/audit-view.ts';

interface AuditDeps {
  readonly db: Kysely<Database>;
}

/** What was decided, by whom, and the roots that stand for it. Reading it leaves no trace in it. */
export const auditRoutes: FastifyPluginAsyncZod<AuditDeps> = async (app, { db }) => {
  app.get(
    '/api/sites/:siteId/audit',
    {
      config: { door: may('audit/read', 'site') },
      schema: {
        params: z.object({ siteId: Line(40) }),
        querystring: AuditQuery,
        response: { 200: AuditPage, 400: Problem, 404: Problem },
      },
    },
    (request) => auditPage(db, request.params.siteId, request.query),
  );

  app.get(
    '/api/audit',
    {
      config: { door: may('audit/read', 'every-site') },
      schema: { querystring: AuditQuery, response: { 200: AuditPage, 400: Problem } },
    },
    (request) => auditPage(db, null, request.query),
  );

  app.get(
    '/api/audit/roots',
    {
      config: { door: may('audit/read', 'every-site') },
      schema: { querystring: RootsQuery, response: { 200: z.array(AuditRootView), 400: Problem } },
    },
    async ({ query: { before = null, limit } }) => {
      const roots = await rootsBefore(db, before, limit);
      return roots.map(({ day, position, hash, madeAt }) => ({ day, position, root: hash, madeAt }));
    },
  );
};

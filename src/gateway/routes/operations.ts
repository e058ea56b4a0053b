import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem, ReadyView } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import { bearerIn, isSameSecret } from '../../platform/same-secret.ts';
import { open } from '../doors.ts';
import type { Readiness } from '../ports.ts';

interface OperationsDeps {
  readonly readiness: () => Promise<Readiness>;
  /** null: nobody may read the metrics. */
  readonly metricsToken: string | null;
  readonly metrics: () => Promise<string>;
}

const PARTS = ['database', 'broker', 'judge', 'alert', 'armed', 'auditor'] as const;

/** GET /healthz (this process lives), /readyz (which part of the service is missing), /metrics (with a token), /openapi.json. */
export const operationsRoutes: FastifyPluginAsyncZod<OperationsDeps> = async (
  app,
  { readiness, metricsToken, metrics },
) => {
  app.get(
    '/healthz',
    {
      config: { door: open('whether this process lives') },
      schema: { response: { 200: z.object({ healthy: z.literal(true) }) } },
    },
    async () => ({
      healthy: true as const,
    }),
  );

  app.get(
    '/readyz',
    {
      config: { door: open('the sign-in form must say that phones are simulated') },
      schema: { response: { 200: ReadyView, 503: ReadyView } },
    },
    async (_request, reply) => {
      const parts = await readiness();
      const missing = PARTS.filter((part) => !parts[part]);
      return reply.code(missing.length === 0 ? 200 : 503).send({
        ready: missing.length === 0,
        missing,
        auditor: parts.audited,
        carrier: parts.carrier,
        clock: parts.clock,
      });
    },
  );

  app.get(
    '/metrics',
    { config: { door: open('needs a token of its own') }, schema: { response: { 200: z.string(), 401: Problem } } },
    async (request, reply) => {
      const given = bearerIn(request.headers.authorization);
      if (metricsToken === null || given === undefined || !isSameSecret(given, metricsToken)) {
        throw new AppError('session/required', 'needs the metrics token as a bearer');
      }
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics());
    },
  );

  app.get('/openapi.json', { config: { door: { signedIn: 'anybody' } }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
};

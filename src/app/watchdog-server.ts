import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../contract/http.ts';
import { HeartbeatBody } from '../contract/watchdog-config.ts';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import type { Clock } from '../core/time.ts';
import { answerWithProblems } from '../gateway/problems.ts';
import { carrierRoutes } from '../gateway/routes/carrier.ts';
import { securely } from '../gateway/securely.ts';
import type { KeptCertificate } from '../platform/certificate.ts';
import type { Logger } from '../platform/logger.ts';
import { bearerIn, isSameSecret } from '../platform/same-secret.ts';
import type { Watchdog } from './watchdog.ts';

interface ServerOptions {
  readonly dog: Watchdog;
  /** Shared with the service that is watched. */
  readonly key: string;
  readonly carrierKey: string;
  /** As carriers are told it. */
  readonly publicUrl: string;
  readonly certificate: KeptCertificate | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/** POST /heartbeat for the service, GET /healthz for whoever watches the watchdog, and the doors that carriers report to. */
export async function watchdogServer({
  dog,
  key,
  carrierKey,
  publicUrl,
  certificate,
  clock,
  log,
}: ServerOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 16_384,
    forceCloseConnections: true,
    requestTimeout: 30 * SECOND,
    ...securely(certificate?.pair),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerWithProblems(app);
  certificate?.serve(app.server);
  const basePath = new URL(publicUrl).pathname.replace(/\/$/, '');
  const desk = { report: dog.report, reply: (from: string, text: string) => dog.reply(from, text) };
  await app.register(carrierRoutes, { desk, clock, keys: new Map([['http', carrierKey]]), basePath });
  await app.register(heartbeatRoutes, { dog, key });
  return app;
}

const heartbeatRoutes: FastifyPluginAsyncZod<Pick<ServerOptions, 'dog' | 'key'>> = async (app, { dog, key }) => {
  app.post(
    '/heartbeat',
    { schema: { body: HeartbeatBody, response: { 204: z.undefined(), 400: Problem, 401: Problem } } },
    async (request, reply) => {
      const given = bearerIn(request.headers.authorization);
      if (given === undefined || !isSameSecret(given, key))
        throw new AppError('session/required', 'needs the heartbeat key as a bearer');
      await dog.hear(request.body);
      return reply.code(204).send(undefined);
    },
  );

  const Health = z.object({
    heardAt: z.number().nullable(),
    calling: z.boolean(),
    stoppedUntil: z.number().nullable(),
  });
  app.get('/healthz', { schema: { response: { 200: Health } } }, async () => {
    const { heardAt, silentSince, stop } = dog.state();
    return { heardAt, calling: silentSince !== null, stoppedUntil: stop?.until ?? null };
  });
};

import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import { accountChecker } from './accounts.ts';
import { doorOf, guardDoors } from './doors.ts';
import { gatewayMetrics } from './metrics.ts';
import type { GatewayPorts } from './ports.ts';
import { answerUnroutable, answerWithProblems } from './problems.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { calloutRoutes } from './routes/callouts.ts';
import { carrierRoutes } from './routes/carrier.ts';
import { connectionRoutes } from './routes/connections.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { operationsRoutes } from './routes/operations.ts';
import { sessionRoutes } from './routes/session.ts';
import { siteRoutes } from './routes/sites.ts';

const BODY_BYTES_AT_MOST = 65_536;

export interface GatewayServer {
  readonly app: FastifyInstance;
  /** Every route there is, as `METHOD /pattern`. */
  readonly routes: readonly string[];
}

/** The HTTP server with all its routes, not listening yet. */
export async function gatewayServer(ports: GatewayPorts): Promise<GatewayServer> {
  const { db, clock, publicUrl } = ports;
  const loggerInstance: FastifyBaseLogger = ports.log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_AT_MOST,
    forceCloseConnections: true,
    frameworkErrors: answerUnroutable,
    // A client that dribbles its request holds a connection no longer than this.
    requestTimeout: 30 * SECOND,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const routes = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => [method].flat().forEach((each) => routes.add(doorOf(each, url))));
  const metrics = gatewayMetrics(app, ports.liveStats);
  answerWithProblems(app);
  await harden(app, publicUrl);

  guardDoors(app, ports.sessions, clock, publicUrl);
  await app.register(sessionRoutes, {
    sessions: ports.sessions,
    check: accountChecker(ports.answersDb),
    clock,
    secure: publicUrl.protocol === 'https:',
    signInsPerMinute: ports.signInsPerMinute ?? 10,
    sessionEnded: ports.sessionEnded,
  });
  await app.register(siteRoutes, { db, clock, carrierConfigured: ports.carrierKey !== null });
  await app.register(connectionRoutes, { db, clock, judge: ports.judge });
  await app.register(alarmRoutes, { db: ports.answersDb, clock, desk: ports.desk });
  await app.register(maintenanceRoutes, { db: ports.answersDb, clock, desk: ports.maintenance });
  await app.register(calloutRoutes, { db: ports.answersDb, clock, desk: ports.desk });
  await app.register(carrierRoutes, {
    desk: ports.desk,
    clock,
    key: ports.carrierKey,
    basePath: publicUrl.pathname.replace(/\/$/, ''),
  });
  await app.register(operationsRoutes, { readiness: ports.readiness, metricsToken: ports.metricsToken, metrics });
  if (ports.pageFolder !== null) await servePage(app, ports.pageFolder);
  app.setNotFoundHandler(async () => {
    throw new AppError('request/not-found', 'there is nothing under this address');
  });
  await app.ready();
  return { app: app, routes: [...routes].sort() };
}

/** Headers, cookies, throttling and the description of the API: registered before any route, so that each has them. */
async function harden(app: FastifyInstance, publicUrl: URL): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    // A browser that was once told to use HTTPS would refuse a service in a mine that has no certificate.
    strictTransportSecurity: publicUrl.protocol === 'https:',
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  await app.register(swagger, {
    openapi: { info: { title: 'Tailwatch', version: '1', description: 'Errors are Problem {code, title, field?}.' } },
    transform: createJsonSchemaTransform({ skipList: ['/*'] }),
  });
}

/** The built page. Names under assets/ carry a hash of their content: they never change. */
async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    setHeaders: (reply, path) => {
      reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

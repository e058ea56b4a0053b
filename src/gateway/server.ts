import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { AppError } from '../core/errors.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import { accountDesk } from './account-desk.ts';
import { passwordChecker } from './accounts.ts';
import { administration } from './administration.ts';
import { credentialDesk } from './credential-desk.ts';
import { doorOf, guardDoors } from './doors.ts';
import { gatewayMetrics } from './metrics.ts';
import { describeDoors } from './described-doors.ts';
import { groupDesk } from './group-desk.ts';
import { oneTryAtATime } from './one-try-at-a-time.ts';
import type { GatewayPorts } from './ports.ts';
import { securely } from './securely.ts';
import { answerUnreadable, answerUnroutable, answerWithProblems } from './problems.ts';
import { answerLinkRoutes } from './routes/answer-link.ts';
import { accidentRoutes } from './routes/accidents.ts';
import { figureRoutes } from './routes/figures.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { capRoutes } from './routes/cap.ts';
import { armingRoutes } from './routes/arming.ts';
import { auditRoutes } from './routes/audit.ts';
import { broadcastRoutes } from './routes/broadcasts.ts';
import { calloutRoutes } from './routes/callouts.ts';
import { calloutReportRoutes } from './routes/callout-reports.ts';
import { carrierRoutes } from './routes/carrier.ts';
import { connectionRoutes } from './routes/connections.ts';
import { lineRoutes } from './routes/lines.ts';
import { deviceRoutes } from './routes/devices.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { findingRoutes } from './routes/findings.ts';
import { evacuationGroupRoutes } from './routes/evacuation-groups.ts';
import { groupRoutes } from './routes/groups.ts';
import { kioskRoutes } from './routes/kiosk.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { openIdRoutes } from './routes/openid.ts';
import { ownAccountRoutes } from './routes/own-account.ts';
import { operationsRoutes } from './routes/operations.ts';
import { peopleRoutes } from './routes/people.ts';
import { proposalRoutes } from './routes/proposals.ts';
import { handoverRoutes } from './routes/handover.ts';
import { reachabilityRoutes } from './routes/reachability.ts';
import { rosterRoutes } from './routes/roster.ts';
import { rehearsalRoutes } from './routes/rehearsal.ts';
import { sessionRoutes } from './routes/session.ts';
import { setupRoutes } from './routes/setup.ts';
import { siteConfigRoutes } from './routes/site-config.ts';
import { signInWaysRoutes } from './routes/sign-in-ways.ts';
import { siteRoutes } from './routes/sites.ts';
import { drillRoutes } from './routes/drills.ts';
import { reportFileRoutes } from './routes/report-files.ts';
import { patrolRoutes } from './routes/patrols.ts';
import { vendorRoutes } from './routes/vendor-webhooks.ts';
import { weatherRoutes } from './routes/weather.ts';
import { SAFE_HEADERS } from './safe-headers.ts';
import { secondFactor } from './second-factor.ts';

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
    clientErrorHandler: answerUnreadable,
    // A client that dribbles its request holds a connection no longer than this.
    requestTimeout: 30 * SECOND,
    trustProxy: ports.isProxy ?? false,
    ...securely(ports.tls),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const routes = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => [method].flat().forEach((each) => routes.add(doorOf(each, url))));
  const metrics = gatewayMetrics(app, ports.liveStats, ports.audited);
  answerWithProblems(app);
  await harden(app, publicUrl, ports.requestsPerMinute ?? 1_800);

  guardDoors(app, { db: ports.answersDb, sessions: ports.sessions, clock, publicUrl });
  const people = {
    db: ports.answersDb,
    sessions: ports.sessions,
    checkPassword: passwordChecker(ports.answersDb),
    secondFactor: secondFactor(ports.answersDb, ports.sealer),
    inTurn: oneTryAtATime(),
    clock,
    secure: publicUrl.protocol === 'https:',
    sessionEnded: ports.sessionEnded,
  };
  await app.register(sessionRoutes, { ...people, signInsPerMinute: ports.signInsPerMinute ?? 10 });
  await app.register(ownAccountRoutes, people);
  await app.register(signInWaysRoutes, { label: ports.openId?.label ?? null, publicUrl });
  if (ports.openId !== null)
    await app.register(openIdRoutes, { ...people, ...ports.openId, signInsPerMinute: ports.signInsPerMinute ?? 10 });
  await app.register(setupRoutes, { ...people, signInsPerMinute: ports.signInsPerMinute ?? 10 });
  await app.register(kioskRoutes, { ...people, signInsPerMinute: ports.signInsPerMinute ?? 10 });
  const change = administration({ ...people, accessChanged: ports.accessChanged });
  await app.register(peopleRoutes, { db: ports.answersDb, clock, desk: accountDesk(change) });
  await app.register(groupRoutes, { desk: groupDesk(change) });
  await app.register(credentialRoutes, { db: ports.answersDb, desk: credentialDesk(change) });
  await app.register(siteRoutes, { db, clock, carrierConfigured: ports.carriers.isConfigured });
  await app.register(connectionRoutes, { db, clock, judge: ports.judge });
  await app.register(lineRoutes, { db, clock, lineAsker: ports.lineAsker, tryOut: ports.tryOut });
  await app.register(capRoutes, { capMessages: ports.capMessages });
  await app.register(accidentRoutes, { desk: ports.accidents });
  await app.register(figureRoutes, { desk: ports.figures });
  await app.register(alarmRoutes, { db: ports.answersDb, clock, desk: ports.alarms });
  await app.register(maintenanceRoutes, { db: ports.answersDb, clock, desk: ports.maintenance });
  await app.register(auditRoutes, { db });
  await app.register(armingRoutes, { db: ports.answersDb, clock });
  await app.register(deviceRoutes, { db: ports.answersDb, desk: ports.devices });
  const { proposals, lowering, siteDesk } = ports;
  await app.register(proposalRoutes, { db: ports.answersDb, clock, desk: proposals, lowering });
  await app.register(rosterRoutes, { desk: ports.roster });
  await app.register(rehearsalRoutes, { desk: ports.rehearsals });
  await app.register(reachabilityRoutes, { desk: ports.reach });
  await app.register(handoverRoutes, { desk: ports.handovers });
  await app.register(siteConfigRoutes, { db: ports.answersDb, clock, desk: siteDesk });
  await app.register(patrolRoutes, { db: ports.answersDb, clock, desk: ports.patrols });
  await app.register(drillRoutes, { db: ports.answersDb, clock, desk: ports.drills });
  await app.register(reportFileRoutes, { db: ports.answersDb, desk: ports.reportFiles });
  await app.register(weatherRoutes, { db: ports.answersDb, desk: ports.weather });
  await app.register(findingRoutes, { db: ports.answersDb, clock, desk: ports.findings });
  await app.register(calloutRoutes, { db: ports.answersDb, clock, desk: ports.desk });
  await app.register(broadcastRoutes, { db: ports.answersDb, desk: ports.broadcasts });
  await app.register(evacuationGroupRoutes, { db: ports.answersDb, desk: ports.evacuationGroups });
  await app.register(calloutReportRoutes, { db, clock });
  await app.register(answerLinkRoutes, { db: ports.answersDb, clock, desk: ports.desk, links: ports.links });
  await app.register(carrierRoutes, {
    desk: ports.desk,
    clock,
    keys: ports.carriers.keys,
    basePath: publicUrl.pathname.replace(/\/$/, ''),
  });
  await app.register(vendorRoutes, {
    desk: ports.desk,
    webhooks: ports.carriers.webhooks,
    publicUrl: publicUrl.href.replace(/\/$/, ''),
    hangUp: ports.carriers.hangUp,
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
async function harden(app: FastifyInstance, publicUrl: URL, requestsPerMinute: number): Promise<void> {
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
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SAFE_HEADERS);
  });
  await app.register(cookie);
  await app.register(rateLimit, {
    global: true,
    max: requestsPerMinute,
    timeWindow: MINUTE,
    // A flood of requests must not make the service look dead to who would restart it.
    allowList: (request) => request.routeOptions.url === '/healthz' || request.routeOptions.url === '/readyz',
    errorResponseBuilder: () => new AppError('request/too-many', 'too many requests from one address: wait a minute'),
  });
  await app.register(swagger, {
    openapi: { info: { title: 'Tailwatch', version: '1', description: 'Errors are Problem {code, title, field?}.' } },
    transform: describeDoors(createJsonSchemaTransform({ skipList: ['/*'] })),
  });
}

/** The built page. Names under assets/ carry a hash of their content: they never change. */
async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    // The link in a message is short: /answer, not /answer.html.
    extensions: ['html'],
    setHeaders: (reply, path) => {
      reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

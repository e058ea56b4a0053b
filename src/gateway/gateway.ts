import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { AuditorView } from '../contract/http.ts';
import { SECOND, elapsedMs, instant } from '../core/time.ts';
import type { Clock, DurationMs, Instant } from '../core/time.ts';
import { answerLinks } from '../platform/answer-link.ts';
import type { Database } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { OpenIdSettings } from '../platform/settings.ts';
import { armedSight } from './live/armed-sight.ts';
import { brokerFeed } from './live/broker-feed.ts';
import { lineAsker } from './live/line-asker.ts';
import type { TryOut } from './routes/lines.ts';
import { clockSight } from './live/clock-sight.ts';
import { openLiveDoor } from './live/live-door.ts';
import { heartbeatWatch } from './live/heartbeat-watch.ts';
import { liveHub } from './live/live-hub.ts';
import type { LiveHub } from './live/live-hub.ts';
import { logFollower } from './live/log-follower.ts';
import type { LogFollower } from './live/log-follower.ts';
import { openIdProvider } from './openid/provider.ts';
import type {
  AccidentDesk,
  AlarmDesk,
  CalloutDesk,
  DeviceDesk,
  FindingDesk,
  BroadcastDesk,
  EvacuationGroupDesk,
  GatewayPorts,
  LoweringDesk,
  MaintenanceDesk,
  OpenId,
  Readiness,
  ProposalDesk,
  HandoverDesk,
  ReachDesk,
  RosterDesk,
  RehearsalDesk,
  SiteDesk,
  PatrolDesk,
  DrillDesk,
  ReportFileDesk,
  WeatherDesk,
} from './ports.ts';
import { gatewayServer } from './server.ts';
import { sealer } from './sealed.ts';
import { sessions } from './sessions.ts';
import { carrierOf } from './views/carrier-view.ts';
import type { BrokerTrust } from '../platform/broker-trust.ts';

export interface GatewayOptions {
  readonly db: Kysely<Database>;
  /** For sign-ins and answers, with connections of its own in the service; `db` if left out. */
  readonly answersDb?: Kysely<Database>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly desk: CalloutDesk;
  readonly alarms: AlarmDesk;
  readonly figures: GatewayPorts['figures'];
  readonly accidents: AccidentDesk;
  readonly capMessages: GatewayPorts['capMessages'];
  readonly maintenance: MaintenanceDesk;
  readonly devices: DeviceDesk;
  readonly proposals: ProposalDesk;
  readonly siteDesk: SiteDesk;
  readonly lowering: LoweringDesk;
  readonly roster: RosterDesk;
  readonly reach: ReachDesk;
  readonly handovers: HandoverDesk;
  readonly findings: FindingDesk;
  readonly broadcasts: BroadcastDesk;
  readonly evacuationGroups: EvacuationGroupDesk;
  readonly rehearsals: RehearsalDesk;
  readonly weather: WeatherDesk;
  readonly patrols: PatrolDesk;
  readonly drills: DrillDesk;
  readonly reportFiles: ReportFileDesk;
  readonly tryOut: TryOut;
  readonly publicUrl: URL;
  /** Of the broker; null: there are no live readings. */
  readonly mqttUrl: string | null;
  /** By what we and an mqtts broker know each other. */
  readonly mqttTrust?: BrokerTrust | undefined;
  /** With it the server speaks HTTPS. */
  readonly tls?: GatewayPorts['tls'];
  readonly isProxy?: GatewayPorts['isProxy'];
  readonly carriers: GatewayPorts['carriers'];
  readonly metricsToken: string | null;
  readonly pageFolder: string | null;
  /** null: there is no SECRET_KEY, and no second factor can be set up. */
  readonly secretKey: string | null;
  /** null: people sign in with their password alone. Needs `secretKey`. */
  readonly openId: OpenIdSettings | null;
  /** What looks after the calling itself; null: nobody does, and the service is not ready. */
  readonly auditor: { sight(): AuditorView } | null;
  readonly signInsPerMinute?: number;
  readonly requestsPerMinute?: number;
  readonly pulseEveryMs?: DurationMs;
  readonly pingEveryMs?: DurationMs;
  readonly checkEveryMs?: DurationMs;
  readonly cutBytes?: number;
}

export interface Gateway {
  readonly app: FastifyInstance;
  readonly routes: readonly string[];
  readonly follower: LogFollower;
  readonly hub: LiveHub;
  /** What /readyz says. */
  readonly readiness: () => Promise<Readiness>;
  /** Follows the logs until aborted; then sends the pages away and closes the server. */
  run(signal: AbortSignal): Promise<void>;
}

/** The gateway with all its parts, not listening yet. */
export async function gateway(options: GatewayOptions): Promise<Gateway> {
  const { db, answersDb = db, clock, log, publicUrl } = options;
  const held = sessions(answersDb);
  const hub: LiveHub = liveHub({
    ...options,
    sessions: held,
    follower: () => follower,
    judge: (now) => feed.judge(now),
    alert: (now) => heartbeat.isFresh(now),
    standIn: () => options.auditor?.sight().standingIn ?? false,
    armed: () => armed.isArmed(),
    hostClock: (now) => hostClock.at(now),
  });
  const heartbeat = heartbeatWatch({ db, process: 'alert' });
  const hostClock = clockSight(db);
  const armed = armedSight(db);
  const follower = logFollower({
    db,
    log,
    deliver: (events) => {
      hub.events(events);
    },
  });
  const asker = lineAsker({ clock, publish: (topic, payload) => feed.publish(topic, payload) });
  const feed = brokerFeed({
    url: options.mqttUrl,
    trust: options.mqttTrust,
    clock,
    log,
    onReadings: (readings) => {
      hub.readings(readings);
    },
    onUnrecorded: (unrecorded) => {
      hub.unrecorded(unrecorded);
    },
    onTold: asker.hear,
  });
  const carrier = (isThere: boolean) =>
    isThere ? carrierOf(db, clock.now()).catch(() => CARRIER_UNKNOWN) : Promise.resolve(CARRIER_UNKNOWN);
  // A database that hangs is asked once: whoever asks us does not wait for long.
  const readiness = async (): Promise<Readiness> => {
    const database = await answers(answersDb);
    if (database) await Promise.all([heartbeat.look(), hostClock.look(), armed.look()]);
    const audited = options.auditor?.sight() ?? NEVER_AUDITED;
    return {
      database,
      broker: feed.connected(),
      judge: feed.judge(clock.now()) !== null,
      alert: heartbeat.isFresh(clock.now()),
      armed: armed.isArmed(),
      auditor: hasLooked(audited, clock.now()),
      audited,
      carrier: options.carriers.isConfigured ? await carrier(database) : null,
      clock: hostClock.at(clock.now()),
    };
  };
  const { app, routes } = await gatewayServer({
    ...options,
    answersDb,
    sessions: held,
    sessionEnded: hub.sessionEnded,
    accessChanged: () => void hub.accessChanged(),
    liveStats: hub.stats,
    audited: () => options.auditor?.sight() ?? NEVER_AUDITED,
    links: options.secretKey === null ? null : answerLinks(options.secretKey, publicUrl.href.replace(/\/$/, '')),
    sealer: options.secretKey === null ? null : sealer(options.secretKey, 'second factor'),
    openId: openIdOf(options),
    judge: feed.judge,
    lineAsker: options.mqttUrl === null ? null : asker,
    readiness,
  });
  openLiveDoor(app, {
    sessions: held,
    clock,
    publicUrl,
    isProxy: options.isProxy ?? (() => false),
    pages: () => hub.stats().clients,
    pagesOf: hub.pagesOf,
    admit: hub.add,
  });
  return {
    app,
    routes,
    follower,
    hub,
    readiness,
    async run(signal) {
      await follower.run(signal);
      hub.close();
      heartbeat[Symbol.dispose]();
      hostClock[Symbol.dispose]();
      armed[Symbol.dispose]();
      await app.close();
      await feed[Symbol.asyncDispose]();
    },
  };
}

function openIdOf({ openId, secretKey, publicUrl }: GatewayOptions): OpenId | null {
  if (openId === null || secretKey === null) return null;
  const back = new URL(`${publicUrl.href.replace(/\/$/, '')}/api/oidc/callback`);
  return { provider: openIdProvider(openId, back), label: openId.label, sealer: sealer(secretKey, 'openid') };
}

const NEVER_AUDITED: AuditorView = { lookedAt: null, neglects: 0, standingIn: false };
/** It looks every three seconds: one that is slow, or turned off, must not be believed to find nothing. */
const AUDITED_FOR_MS = 20 * SECOND;
const hasLooked = ({ lookedAt }: AuditorView, now: Instant): boolean =>
  lookedAt !== null && Math.abs(elapsedMs(instant(lookedAt), now)) <= AUDITED_FOR_MS;

const CARRIER_UNKNOWN = { simulated: null, reachable: false, detail: 'the database cannot be reached', page: null };

const answers = (db: Kysely<Database>): Promise<boolean> =>
  sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );

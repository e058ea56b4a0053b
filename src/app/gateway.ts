import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { broadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { SECOND } from '../core/time.ts';
import { gateway } from '../gateway/gateway.ts';
import { brokerTrust } from '../platform/broker-trust.ts';
import { keepCertificate } from '../platform/certificate.ts';
import { databaseClock, followedClock, hostClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import { listenFault } from '../platform/free-port.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import { listen } from '../platform/notify.ts';
import { LOGS } from '../platform/position-log.ts';
import { networks } from '../platform/peer.ts';
import type { Settings } from '../platform/settings.ts';
import { auditCallouts } from './audit-callouts.ts';
import { accidentDesk } from './accident-desk.ts';
import { figuresDesk } from './figures.ts';
import { siteAlarmDesk } from './alarm-shelving.ts';
import { capMessagesOf } from './cap-messages.ts';
import { carriage } from './carriers.ts';
import { deviceDesk } from './device-desk.ts';
import { darkKey, forwardedInDark } from './dark-forward.ts';
import { drillDesk } from './drill-desk.ts';
import { findingDesk } from './finding-desk.ts';
import { withBroadcasts } from './broadcast-door.ts';
import { evacuationGroupDesk } from './evacuation-group-desk.ts';
import { loweringDesk } from './lowering-desk.ts';
import { maintenanceDesk } from './maintenance-desk.ts';
import { outsideHeartbeat } from './outside-heartbeat.ts';
import { orProof } from './proof-door.ts';
import { proposalDesk } from './proposal-desk.ts';
import { handoverDesk } from './handover-desk.ts';
import { reachDesk } from './reach-desk.ts';
import { rosterDesk } from './roster-desk.ts';
import { reportFileDesk } from './report-file-desk.ts';
import { rehearsalDesk } from './rehearsal-desk.ts';
import { siteDesk } from './site-desk.ts';
import { patrolDesk } from './patrol-desk.ts';
import { weatherDesk } from './weather-desk.ts';
import { sitePolicy } from './site-policy.ts';
import { tryLine } from './try-line.ts';

const PAGE = fileURLToPath(new URL('../../dist/dashboards', import.meta.url));

/** Deadlines are in the database's time: a countdown on the page must not be off by what this host's clock is. */
const CLOCK_FOLLOWED_EVERY_MS = 10 * SECOND;

/** Who answers waits no longer for a database that hangs: a carrier gives a report up after 10 s, and tries again. */
const ANSWER_WITHIN_MS = 4 * SECOND;

/** The process that people and carriers reach: HTTP, the page, its live connection. Runs until `signal`. */
export async function runGateway(settings: Settings, signal: AbortSignal): Promise<void> {
  const log = createLogger('gateway', settings.logLevel);
  using certificate =
    settings.tls === null ? null : keepCertificate(settings.tls, { log, clock: hostClock(settings.clockOffsetMs) });
  await using pages = openDatabase(settings.databaseUrl, { name: 'gateway' });
  const soon = { max: 3, answerWithinMs: ANSWER_WITHIN_MS };
  await using answers = openDatabase(settings.databaseUrl, { name: 'gateway answers', ...soon });
  // Strangers who try to sign in, and changes of a site that wait for the judge, hold up no telephone that was answered.
  await using calls = openDatabase(settings.databaseUrl, { name: 'gateway calls', ...soon });
  // Five hundred people who are told to leave hold up none who is on duty.
  await using leaving = openDatabase(settings.databaseUrl, { name: 'gateway broadcasts', ...soon, max: 4 });
  await using changes = openDatabase(settings.databaseUrl, { name: 'gateway changes', ...soon });
  const { db } = pages;
  const deciding = databaseClock(settings.clockOffsetMs);
  const clock = followedClock(db, deciding, hostClock(settings.clockOffsetMs));
  await clock.follow();
  const following = setInterval(() => void clock.follow(), CLOCK_FOLLOWED_EVERY_MS);
  const draw = (): number => randomInt(2 ** 32) / 2 ** 32;
  const desk = calloutDesk({
    db: calls.db,
    clock: deciding,
    draw,
    policyOf: sitePolicy,
  });
  const auditing = auditCallouts(settings, log, signal);
  const { dark } = settings;
  const around = { clock: hostClock(settings.clockOffsetMs), publicUrl: settings.publicUrl, env: process.env };
  const { carriers, keys, webhooks, addresses } = carriage(settings, around);
  for (const [carrier, address] of addresses) log.info({ carrier, address }, 'reports of this carrier are taken here');
  // A shared key of our own; where there is none, that of a carrier who speaks our API.
  const [signedAs] = [...darkKey(settings.secretKey), ...keys].map(([name, key]) => ({ name, key }));
  const inDark =
    dark === null || signedAs === undefined
      ? desk
      : forwardedInDark(desk, {
          url: dark.url,
          secure: settings.tls === null ? null : dark.listen,
          signedAs,
          clock,
        });
  const broadcasts = broadcastDesk({ db: leaving.db, clock: deciding, plan: settings.broadcast.plan });
  const pageBuilt = existsSync(PAGE);
  if (!pageBuilt) log.warn('the page is not built: only the API is served');
  const { app, follower, readiness, run } = await gateway({
    db,
    answersDb: answers.db,
    clock,
    log,
    accidents: accidentDesk({ db: calls.db, clock: deciding }),
    figures: figuresDesk({ db, clock: deciding }),
    alarms: siteAlarmDesk({ db: calls.db, clock: deciding }),
    desk: { ...desk, ...withBroadcasts({ ...inDark, report: orProof(inDark.report, calls.db, deciding) }, broadcasts) },
    broadcasts,
    evacuationGroups: evacuationGroupDesk({ db: changes.db, clock: deciding }),
    capMessages: (calloutId) => capMessagesOf(db, calloutId, new URL(settings.publicUrl)),
    devices: deviceDesk({ db: changes.db, clock: deciding }),
    maintenance: maintenanceDesk({ db: changes.db, clock: deciding }),
    proposals: proposalDesk({ db: changes.db, clock: deciding }),
    siteDesk: siteDesk({ db: changes.db, clock: deciding, carriers }),
    auditor: auditing.auditor,
    lowering: loweringDesk({ db: changes.db, clock: deciding }),
    roster: rosterDesk({ db: changes.db, clock: deciding }),
    handovers: handoverDesk({ db: changes.db, clock: deciding }),
    reach: reachDesk({ db: changes.db, clock: deciding, draw }),
    // Whoever raises a finding waits for no change of a site.
    findings: findingDesk({ db: calls.db, clock: deciding }),
    rehearsals: rehearsalDesk({ db, clock: deciding }),
    weather: weatherDesk({ db: calls.db, clock: deciding }),
    patrols: patrolDesk({ db: changes.db, clock: deciding }),
    // A film goes in beside changes of a site, and takes no connection from who answers.
    reportFiles: reportFileDesk({ db: changes.db, clock: deciding }),
    drills: drillDesk({ db: changes.db, clock: deciding, draw, policyOf: sitePolicy }),
    tryOut: tryLine,
    publicUrl: new URL(settings.publicUrl),
    mqttUrl: settings.mqttUrl,
    mqttTrust: brokerTrust(settings.mqttTrust),
    tls: certificate?.pair,
    isProxy: networks(settings.trustedProxies),
    carriers: {
      isConfigured: carriers.length > 0,
      keys,
      webhooks,
      hangUp: async (name, reference) => carriers.find((one) => one.name === name)?.carrier.hangUp(reference),
    },
    metricsToken: settings.metricsToken,
    secretKey: settings.secretKey,
    openId: settings.openId,
    pageFolder: pageBuilt ? PAGE : null,
  });
  certificate?.serve(app.server);
  const { host, port } = settings;
  await app.listen({ host, port }).catch((error: unknown) => {
    throw listenFault(error, { host, hostSetting: 'HOST', port, portSetting: 'PORT' });
  });
  const listening = listen(settings.databaseUrl, {
    name: 'gateway',
    channels: LOGS,
    wake: follower.wake,
    signal,
  });
  const beating = settings.heartbeat && outsideHeartbeat({ ...settings.heartbeat, readiness, log }, signal);
  tellReady();
  log.info({ host, port }, 'listening');
  await run(signal);
  clearInterval(following);
  await listening;
  await Promise.all([auditing.done, beating]);
}

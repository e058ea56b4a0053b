import type { Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import { reportFileDesk } from '../../src/app/report-file-desk.ts';
import { drillDesk } from '../../src/app/drill-desk.ts';
import { sitePolicy } from '../../src/app/site-policy.ts';
import { findingDesk } from '../../src/app/finding-desk.ts';
import { capMessagesOf } from '../../src/app/cap-messages.ts';
import { accidentDesk } from '../../src/app/accident-desk.ts';
import { figuresDesk } from '../../src/app/figures.ts';
import { siteAlarmDesk } from '../../src/app/alarm-shelving.ts';
import { broadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import { evacuationGroupDesk } from '../../src/app/evacuation-group-desk.ts';
import { patrolDesk } from '../../src/app/patrol-desk.ts';
import { weatherDesk } from '../../src/app/weather-desk.ts';
import { loweringDesk } from '../../src/app/lowering-desk.ts';
import { proposalDesk } from '../../src/app/proposal-desk.ts';
import { handoverDesk } from '../../src/app/handover-desk.ts';
import { reachDesk } from '../../src/app/reach-desk.ts';
import { rosterDesk } from '../../src/app/roster-desk.ts';
import { rehearsalDesk } from '../../src/app/rehearsal-desk.ts';
import { siteDesk } from '../../src/app/site-desk.ts';
import { tryLine } from '../../src/app/try-line.ts';
import { ServerMessage } from '../../src/contract/live.ts';
import type { Cursor } from '../../src/contract/live.ts';
import { MINUTE } from '../../src/core/time.ts';
import { gateway } from '../../src/gateway/gateway.ts';
import type { Gateway, GatewayOptions } from '../../src/gateway/gateway.ts';
import type { Grant } from '../../src/core/access.ts';
import type { CalloutDesk, DeviceDesk, MaintenanceDesk } from '../../src/gateway/ports.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { PASSWORD, quickAccount } from './quick-account.ts';

export const CARRIER_KEY = 'key-of-the-test-carrier';
export const SECRET_KEY = 'a key of the test, long enough to seal with';
export const METRICS_TOKEN = 'token-of-the-test';

/** A desk that refuses everything a test did not replace. */
export const CLOSED_DESK: CalloutDesk = {
  report: () => Promise.reject(new Error('no desk')),
  reply: () => Promise.reject(new Error('no desk')),
  attemptOf: () => Promise.reject(new Error('no desk')),
  answerByLink: () => Promise.reject(new Error('no desk')),
  answerOnScreen: () => Promise.reject(new Error('no desk')),
  sayByLink: () => Promise.reject(new Error('no desk')),
  respond: () => Promise.reject(new Error('no desk')),
  declineOnScreen: () => Promise.reject(new Error('no desk')),
  countHeads: () => Promise.reject(new Error('no desk')),
  reportDone: () => Promise.reject(new Error('no desk')),
  release: () => Promise.reject(new Error('no desk')),
};

const BROADCAST_PLAN = {
  rounds: 2,
  repeatMs: MINUTE,
  doorAfterMs: 5 * MINUTE,
  arrivedAfterMs: 15 * MINUTE,
  silentCallMs: 3 * MINUTE,
};

const CLOSED_MAINTENANCE: MaintenanceDesk = {
  propose: () => Promise.reject(new Error('no desk')),
  start: () => Promise.reject(new Error('no desk')),
  end: () => Promise.reject(new Error('no desk')),
};

const CLOSED_DEVICES: DeviceDesk = {
  add: () => Promise.reject(new Error('no desk')),
  revoke: () => Promise.reject(new Error('no desk')),
};

/** The door of a carrier that speaks our own API; null: of none. */
export const carrierDoor = (key: string | null): GatewayOptions['carriers'] => ({
  isConfigured: key !== null,
  keys: new Map(key === null ? [] : [['http', key]]),
  webhooks: new Map(),
  hangUp: () => Promise.resolve(),
});

/** A gateway in this process, listening on a port of its own, closed when the file ends. */
export async function testGateway(
  { db }: TestDatabase,
  { port = 0, ...options }: Partial<GatewayOptions> & { readonly port?: number } = {},
) {
  const clock = fakeClock();
  const made: Gateway = await gateway({
    db,
    clock,
    log: pino({ level: 'silent' }),
    desk: CLOSED_DESK,
    maintenance: CLOSED_MAINTENANCE,
    accidents: accidentDesk({ db, clock }),
    figures: figuresDesk({ db, clock }),
    alarms: siteAlarmDesk({ db, clock }),
    capMessages: (calloutId) => capMessagesOf(db, calloutId, new URL('http://pond.example')),
    devices: CLOSED_DEVICES,
    proposals: proposalDesk({ db, clock }),
    siteDesk: siteDesk({ db, clock }),
    lowering: loweringDesk({ db, clock }),
    roster: rosterDesk({ db, clock }),
    handovers: handoverDesk({ db, clock }),
    reach: reachDesk({ db, clock, draw: () => 0.5 }),
    findings: findingDesk({ db, clock }),
    broadcasts: broadcastDesk({ db, clock, plan: BROADCAST_PLAN }),
    evacuationGroups: evacuationGroupDesk({ db, clock }),
    rehearsals: rehearsalDesk({ db, clock }),
    weather: weatherDesk({ db, clock }),
    patrols: patrolDesk({ db, clock }),
    reportFiles: reportFileDesk({ db, clock }),
    drills: drillDesk({ db, clock, draw: () => 0.5, policyOf: sitePolicy }),
    tryOut: tryLine,
    publicUrl: new URL('http://127.0.0.1'),
    mqttUrl: null,
    carriers: carrierDoor(CARRIER_KEY),
    metricsToken: METRICS_TOKEN,
    secretKey: SECRET_KEY,
    openId: null,
    requestsPerMinute: 1_000_000,
    pageFolder: null,
    auditor: { sight: () => ({ lookedAt: clock.now(), neglects: 0, standingIn: false }) },
    signInsPerMinute: 1_000,
    ...options,
  });
  const stop = new AbortController();
  // `https:` where it has a certificate.
  const url = await made.app.listen({ host: '127.0.0.1', port });
  const running = made.run(stop.signal);
  afterAll(async () => {
    stop.abort();
    await running;
  });
  return { ...made, clock, url };
}
export type TestGateway = Awaited<ReturnType<typeof testGateway>>;

/** An operator of every site. */
const OPERATOR: readonly Grant[] = [{ role: 'operator', siteId: null }];

/** Makes an account and signs it in; returns the cookie as a browser sends it back. */
export async function signIn(
  { app, clock }: TestGateway,
  database: TestDatabase,
  name = 'operator',
  grants: readonly Grant[] = OPERATOR,
): Promise<string> {
  await quickAccount(database, { name, grants }, clock.now());
  const payload = { name, password: PASSWORD };
  const response = await app.inject({ method: 'POST', url: '/api/session', payload });
  const [cookie] = response.cookies;
  if (cookie === undefined) throw new Error(`not signed in: ${response.body}`);
  return `${cookie.name}=${cookie.value}`;
}

/** A page's live connection, which keeps all it is told. */
export interface TestPage {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[];
  /** Close code, once it is closed. */
  readonly closed: Promise<number>;
  isClosed(): boolean;
  resume(cursor: Cursor | null): void;
}

export async function openPage({ url }: TestGateway, cookie: string): Promise<TestPage> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers: { cookie }, origin: url });
  const messages: ServerMessage[] = [];
  socket.on('message', (data: Buffer) => messages.push(ServerMessage.parse(JSON.parse(data.toString('utf8')))));
  let isClosed = false;
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      isClosed = true;
      resolve(code);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    socket,
    messages,
    closed,
    isClosed: () => isClosed,
    resume: (cursor) => {
      socket.send(JSON.stringify({ type: 'resume', cursor }));
    },
  };
}

/** The socket under a page: one that is paused does not read, exactly as a page that hangs. */
export const tcp = ({ socket }: TestPage): Socket => (socket as unknown as { _socket: Socket })._socket;

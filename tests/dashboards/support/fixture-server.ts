import { createServer } from 'node:http';
import type { RosterView } from '../../../src/contract/roster.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import type {
  ConnectionsView,
  Curve,
  MaintenanceView,
  QuarantineView,
  ReplayView,
  SiteOverview,
} from '../../../src/contract/http.ts';
import type { OpenSession, SessionView } from '../../../src/contract/session.ts';
import { ClientMessage } from '../../../src/contract/live.ts';
import type { LiveEvent, Pulse, ServerMessage, Unrecorded } from '../../../src/contract/live.ts';

const PAGE = fileURLToPath(new URL('../../../dist/dashboards/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What the page is told; a test changes it while the page looks. */
export interface Scene {
  signedIn: boolean;
  /** Who is signed in, where it is not an operator of all sites. */
  session?: Partial<SessionView>;
  overview: () => SiteOverview;
  curve: (sensorId: number, from: number, to: number) => Curve;
  quarantine: QuarantineView;
  connections?: () => ConnectionsView;
  work?: MaintenanceView[];
  /** What reading refused messages again comes to; absent means that it is still going on. */
  replay?: ReplayView;
  /** Levels judged in memory, told with each pulse. */
  unrecorded?: Unrecorded | null;
  /** What the next POST to a path that ends so is refused with. */
  refuse?: { readonly path: string; readonly status: number; readonly body: unknown } | undefined;
  /** What pages have said of their sound. */
  sounds?: string[];
  /** Devices that the account is signed in on. */
  sessions?: OpenSession[];
  /** The first-run wizard is open. */
  nobodyAdministers?: boolean;
  /** Sent to a page that resumes, as far as it has not seen them. */
  events: LiveEvent[];
  judge: Pulse | null | 'well';
  /** False: the process that calls is silent. Absent means true. */
  calling?: boolean;
  /** False: every connection is refused. */
  up: boolean;
  readonly posts: { path: string; body: string }[];
}

export interface FixtureServer {
  readonly url: string;
  readonly scene: Scene;
  /** Sends to every page. */
  readonly tell: (message: ServerMessage) => void;
  /** Cuts every page off. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

/** A stand-in for the gateway that serves the built page and the contract, with the gateway's content policy. For developing and looking only. */
export async function fixtureServer(scene: Scene, port = 0): Promise<FixtureServer> {
  const server = createServer((request, response) => void serve(scene, request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (!scene.up) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (page) => page.once('message', (data) => welcome(scene, page, data)));
  });
  const tell = (message: ServerMessage): void => {
    for (const page of sockets.clients) page.send(JSON.stringify(message));
  };
  const pulse = setInterval(() => {
    const now = Date.now();
    tell({
      type: 'pulse',
      now,
      judge: scene.judge === 'well' ? { at: now, broker: true, database: true } : scene.judge,
      alert: scene.calling ?? true,
    });
    if (scene.unrecorded !== undefined) tell({ type: 'unrecorded', unrecorded: scene.unrecorded });
  }, 1000);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : port)}/`,
    scene,
    tell,
    cut: () => {
      for (const page of sockets.clients) page.terminate();
    },
    close: async () => {
      clearInterval(pulse);
      for (const page of sockets.clients) page.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function welcome(scene: Scene, page: WebSocket, data: RawData): void {
  const message = ClientMessage.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : ''));
  const cursor = message.type === 'resume' ? message.cursor : null;
  page.on('message', (later: RawData) => {
    const said = ClientMessage.parse(JSON.parse(Buffer.isBuffer(later) ? later.toString('utf8') : ''));
    if (said.type === 'screen') scene.sounds?.push(said.sound);
  });
  const send = (message: ServerMessage): void => page.send(JSON.stringify(message));
  send({ type: 'hello', now: Date.now(), cursor: cursor ?? scene.overview().cursor });
  for (const event of scene.events)
    if (cursor !== null && event.position > cursor[event.log]) send({ type: 'event', event });
}

async function serve(scene: Scene, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!scene.up) return void response.destroy();
  const url = new URL(request.url ?? '/', 'http://fixture');
  const reply = (status: number, body?: unknown): void => {
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === undefined ? undefined : JSON.stringify(body));
  };
  if (!url.pathname.startsWith('/api/')) return serveFile(url.pathname, response);
  let body = '';
  for await (const chunk of request) body += String(chunk);
  if (request.method === 'POST') scene.posts.push({ path: url.pathname, body });
  if (url.pathname === '/api/setup') return reply(200, { open: scene.nobodyAdministers ?? false });
  if (url.pathname === '/api/session/kiosk') return kiosk(scene, body, reply);
  if (url.pathname === '/api/session') return session(scene, request.method ?? 'GET', body, reply);
  if (!scene.signedIn) return reply(401, { code: 'session/required', title: 'sign in first' });
  if (/\/(proposals|broadcasts|evacuation-groups)$/.test(url.pathname)) return reply(200, []);
  if (url.pathname.endsWith('/roster')) return reply(200, NO_ROSTER);
  if (url.pathname.endsWith('/drills')) return reply(200, NO_DRILLS);
  if (url.pathname === '/api/session/all') return reply(200, scene.sessions ?? []);
  if (url.pathname === '/api/sites') return reply(200, [{ siteId: 'demo-pond', name: scene.overview().name }]);
  if (url.pathname.endsWith('/overview')) return reply(200, scene.overview());
  if (url.pathname === '/api/quarantine') return reply(200, scene.quarantine);
  if (request.method === 'POST' && scene.refuse !== undefined && url.pathname.endsWith(scene.refuse.path))
    return reply(scene.refuse.status, scene.refuse.body);
  if (url.pathname.endsWith('/connections') && scene.connections !== undefined) return reply(200, scene.connections());
  if (url.pathname.endsWith('/quarantine/replay'))
    return reply(202, { replayId: 7, requestedAt: Date.now(), doneAt: null, stored: null, refused: null });
  if (url.pathname === '/api/quarantine/replays/7' && scene.replay !== undefined) return reply(200, scene.replay);
  if (url.pathname.endsWith('/maintenance'))
    return request.method === 'POST' ? reply(201, { maintenanceId: 'begun' }) : reply(200, scene.work ?? []);
  const sensor = /^\/api\/sensors\/(\d+)\/readings$/.exec(url.pathname)?.[1];
  if (sensor !== undefined)
    return reply(
      200,
      scene.curve(Number(sensor), Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))),
    );
  if (request.method === 'POST') return reply(200, scene.overview().callout);
  return reply(404, { code: 'request/not-found', title: 'nothing here' });
}

const NO_DRILLS = {
  everyDays: 182,
  endAfterMinutes: 60,
  lastAt: null,
  dueAt: Date.now() + 182 * 86_400_000,
  isOverdue: false,
  drills: [],
};

/** Of a site that keeps none: everybody is on duty. */
const NO_ROSTER: RosterView = {
  version: 0,
  changedBy: null,
  changedAt: null,
  people: [],
  duties: [],
  unrostered: [],
  plan: { rotations: [], holidays: [], accounts: {} },
  overrides: [],
  absences: [],
  swaps: [],
  now: [],
  shifts: [],
  gaps: [],
  yearsWithoutHolidays: [],
};

const OPERATOR: SessionView = {
  name: 'operator',
  kind: 'person',
  mustChangePassword: false,
  secondFactor: false,
  secondFactorSetUp: false,
  waitingRoles: [],
  grants: [{ role: 'operator', siteId: null }],
  permissions: {
    'site/see': 'all',
    'phone/see': 'all',
    'alarm/acknowledge': 'all',
    'callout/answer': 'all',
    'callout/release': 'all',
    'maintenance/manage': 'all',
    'quarantine/replay': 'all',
  },
};

function session(scene: Scene, method: string, body: string, reply: (status: number, body?: unknown) => void): void {
  if (method === 'POST') {
    if (!body.includes('"right"')) return reply(401, { code: 'session/wrong-password', title: 'wrong' });
    scene.signedIn = true;
  }
  if (method === 'DELETE') scene.signedIn = false;
  if (scene.signedIn) reply(200, { ...OPERATOR, ...scene.session });
  else reply(401, { code: 'session/required', title: 'sign in first' });
}

/** A screen on a wall comes in with the token "right". */
function kiosk(scene: Scene, body: string, reply: (status: number, body?: unknown) => void): void {
  if (!body.includes('"right"')) return reply(404, { code: 'credential/not-found', title: 'revoked' });
  scene.signedIn = true;
  scene.session = KIOSK;
  reply(200, { ...OPERATOR, ...KIOSK });
}

const KIOSK: Partial<SessionView> = {
  name: 'kiosk:wall',
  kind: 'kiosk',
  grants: [],
  permissions: { 'site/see': 'all' },
};

async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const file = path === '/' ? 'index.html' : path.slice(1);
  const content = file.includes('..') ? undefined : await readFile(PAGE + file).catch(() => undefined);
  response.writeHead(content === undefined ? 404 : 200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy':
      "default-src 'self';img-src 'self' data:;base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'",
  });
  response.end(content);
}

import { expect, test } from 'vitest';
import fastify from 'fastify';
import { guardDoors } from '../../src/gateway/doors.ts';
import { sessions } from '../../src/gateway/sessions.ts';
import { testDatabase } from '../support/test-database.ts';
import { METRICS_TOKEN, signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const house = await testGateway(database, { pageFolder: import.meta.dirname });
const { app, routes } = house;
const cookie = await signIn(house, database);

/** The routes that ask nobody who they are; each says why where it is declared. */
const OPEN_ROUTES = [
  'GET /*',
  'GET /api/setup',
  'GET /api/sign-in-ways',
  'GET /healthz',
  'GET /metrics',
  'GET /readyz',
  'POST /api/answer-link/answer',
  'POST /api/answer-link/open',
  'POST /api/answer-link/say',
  'POST /api/session',
  'POST /api/session/kiosk',
  'POST /api/setup',
  'POST /carrier/attempts/:attemptId',
  'POST /carrier/messages',
  'POST /carrier/vendors/:carrier/:what',
  'POST /carrier/vendors/:carrier/attempts/:attemptId',
];

test('the routes are these and no others', () => {
  expect(routes).toMatchInlineSnapshot(`
    [
      "DELETE /api/groups/:groupId",
      "DELETE /api/session",
      "GET /*",
      "GET /api/arming",
      "GET /api/audit",
      "GET /api/audit/roots",
      "GET /api/broadcasts/:broadcastId",
      "GET /api/broadcasts/:broadcastId/events",
      "GET /api/callouts/:calloutId/cap",
      "GET /api/callouts/:calloutId/cap.xml",
      "GET /api/callouts/:calloutId/files",
      "GET /api/callouts/:calloutId/report",
      "GET /api/callouts/:calloutId/report.pdf",
      "GET /api/callouts/:calloutId/report.xlsx",
      "GET /api/credentials",
      "GET /api/files/:fileId",
      "GET /api/findings/:findingId",
      "GET /api/people",
      "GET /api/people/:accountId/sessions",
      "GET /api/photos/:photoId",
      "GET /api/quarantine",
      "GET /api/quarantine/replays/:replayId",
      "GET /api/sensors/:sensorId/readings",
      "GET /api/session",
      "GET /api/session/all",
      "GET /api/setup",
      "GET /api/sign-in-ways",
      "GET /api/sites",
      "GET /api/sites/:siteId/accidents",
      "GET /api/sites/:siteId/alarms",
      "GET /api/sites/:siteId/audit",
      "GET /api/sites/:siteId/broadcasts",
      "GET /api/sites/:siteId/callout-reports",
      "GET /api/sites/:siteId/callout-reports.pdf",
      "GET /api/sites/:siteId/callout-reports.xlsx",
      "GET /api/sites/:siteId/config",
      "GET /api/sites/:siteId/connections",
      "GET /api/sites/:siteId/devices",
      "GET /api/sites/:siteId/drills",
      "GET /api/sites/:siteId/evacuation-groups",
      "GET /api/sites/:siteId/figures",
      "GET /api/sites/:siteId/findings",
      "GET /api/sites/:siteId/handovers",
      "GET /api/sites/:siteId/lines",
      "GET /api/sites/:siteId/maintenance",
      "GET /api/sites/:siteId/overview",
      "GET /api/sites/:siteId/proposals",
      "GET /api/sites/:siteId/reachability",
      "GET /api/sites/:siteId/rehearsal",
      "GET /api/sites/:siteId/roster",
      "GET /api/sites/:siteId/roster/workbook",
      "GET /api/sites/:siteId/rounds",
      "GET /api/sites/:siteId/weather",
      "GET /healthz",
      "GET /metrics",
      "GET /openapi.json",
      "GET /readyz",
      "POST /api/accidents/:accidentId/amend",
      "POST /api/accidents/:accidentId/close",
      "POST /api/accidents/:accidentId/told",
      "POST /api/answer-link/answer",
      "POST /api/answer-link/open",
      "POST /api/answer-link/say",
      "POST /api/arming",
      "POST /api/broadcasts/:broadcastId/end",
      "POST /api/broadcasts/:broadcastId/recipients/:recipient/mark",
      "POST /api/callouts/:calloutId/answer",
      "POST /api/callouts/:calloutId/cause",
      "POST /api/callouts/:calloutId/decline",
      "POST /api/callouts/:calloutId/files",
      "POST /api/callouts/:calloutId/orders/:order/broadcast",
      "POST /api/callouts/:calloutId/orders/:order/done",
      "POST /api/callouts/:calloutId/orders/:order/head-count",
      "POST /api/callouts/:calloutId/release",
      "POST /api/callouts/:calloutId/respond",
      "POST /api/credentials",
      "POST /api/credentials/:credentialId/revoke",
      "POST /api/devices/:deviceId/revoke",
      "POST /api/drills/:drillId/end",
      "POST /api/findings/:findingId/lowerings",
      "POST /api/findings/:findingId/photos",
      "POST /api/findings/:findingId/raise",
      "POST /api/groups",
      "POST /api/handovers/:handoverId/notes",
      "POST /api/handovers/:handoverId/sign",
      "POST /api/maintenance/:maintenanceId/end",
      "POST /api/people",
      "POST /api/people/:accountId/disable",
      "POST /api/people/:accountId/enable",
      "POST /api/people/:accountId/end-sessions",
      "POST /api/people/:accountId/reset-password",
      "POST /api/people/:accountId/reset-second-factor",
      "POST /api/proposals/:proposalId/approve",
      "POST /api/proposals/:proposalId/refuse",
      "POST /api/proposals/:proposalId/withdraw",
      "POST /api/sensors/:sensorId/measure",
      "POST /api/session",
      "POST /api/session/all/:sessionId/end",
      "POST /api/session/end-others",
      "POST /api/session/kiosk",
      "POST /api/session/password",
      "POST /api/session/second-factor",
      "POST /api/session/second-factor/confirm",
      "POST /api/session/second-factor/prove",
      "POST /api/session/second-factor/remove",
      "POST /api/setup",
      "POST /api/sites/:siteId/accidents",
      "POST /api/sites/:siteId/alarms/acknowledge",
      "POST /api/sites/:siteId/alarms/shelve",
      "POST /api/sites/:siteId/alarms/unshelve",
      "POST /api/sites/:siteId/broadcasts",
      "POST /api/sites/:siteId/config",
      "POST /api/sites/:siteId/config/review",
      "POST /api/sites/:siteId/devices",
      "POST /api/sites/:siteId/drills",
      "POST /api/sites/:siteId/evacuation-groups/:evacuationGroup/import",
      "POST /api/sites/:siteId/findings",
      "POST /api/sites/:siteId/handovers",
      "POST /api/sites/:siteId/lines/look",
      "POST /api/sites/:siteId/lines/try",
      "POST /api/sites/:siteId/lowerings",
      "POST /api/sites/:siteId/maintenance",
      "POST /api/sites/:siteId/quarantine/replay",
      "POST /api/sites/:siteId/reachability/lift",
      "POST /api/sites/:siteId/reachability/proofs",
      "POST /api/sites/:siteId/reachability/review",
      "POST /api/sites/:siteId/roster/absences",
      "POST /api/sites/:siteId/roster/end",
      "POST /api/sites/:siteId/roster/overrides",
      "POST /api/sites/:siteId/roster/swaps",
      "POST /api/sites/:siteId/roster/swaps/answer",
      "POST /api/sites/:siteId/roster/workbook",
      "POST /api/sites/:siteId/rounds",
      "POST /api/sites/:siteId/weather",
      "POST /api/sites/:siteId/weather/cap",
      "POST /api/weather/:warningId/end",
      "POST /carrier/attempts/:attemptId",
      "POST /carrier/messages",
      "POST /carrier/vendors/:carrier/:what",
      "POST /carrier/vendors/:carrier/attempts/:attemptId",
      "PUT /api/groups/:groupId",
      "PUT /api/people/:accountId/grants",
      "PUT /api/people/:accountId/identity",
      "PUT /api/sites/:siteId/evacuation-groups/:evacuationGroup",
      "PUT /api/sites/:siteId/roster",
    ]
  `);
});

test('every route whose door is not open answers 401 without a session', async () => {
  const closed = routes.filter((route) => !OPEN_ROUTES.includes(route));
  expect(closed.length).toBeGreaterThan(5);
  for (const route of closed) {
    const [method, pattern = ''] = route.split(' ');
    const url = pattern.replaceAll(/:\w+/g, '1');
    for (const headers of [
      {},
      { cookie: 'tailwatch_session=guessed' },
      { cookie: 'tailwatch_session=' },
      { authorization: 'Bearer tw_guessed' },
      { authorization: `Bearer ${METRICS_TOKEN}` },
    ]) {
      const response = await app.inject({ method: method as 'GET', url, headers });
      expect({ route, status: response.statusCode }).toEqual({ route, status: 401 });
      expect(response.json()).toMatchObject({ code: 'session/required' });
    }
  }
});

test('a route that declares no door cannot be registered', () => {
  const bare = fastify();
  const ports = { db: database.db, sessions: sessions(database.db), clock: house.clock, publicUrl: new URL(house.url) };
  guardDoors(bare, ports);
  expect(() => bare.get('/api/forgotten', () => 'open to everybody')).toThrow('GET /api/forgotten declares no door');
});

test.each([
  ['no token', undefined],
  ['another token', 'Bearer wrong'],
  ['another scheme', `Basic ${METRICS_TOKEN}`],
])('metrics are refused with %s', async (_what, authorization) => {
  const response = await app.inject({
    url: '/metrics',
    headers: { ...(authorization !== undefined && { authorization }) },
  });
  expect(response.statusCode).toBe(401);
});

test('metrics are told to who has the token, in the text form of Prometheus', async () => {
  const response = await app.inject({ url: '/metrics', headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toMatch(/^text\/plain/);
  expect(response.body).toContain('tailwatch_live_clients 0');
});

test('a page of another origin changes nothing, even with the cookie', async () => {
  const foreign = await app.inject({
    method: 'DELETE',
    url: '/api/session',
    headers: { cookie, origin: 'http://evil.example' },
  });
  expect(foreign.statusCode).toBe(403);
  const still = await app.inject({ url: '/api/session', headers: { cookie } });
  expect(still.json()).toMatchObject({ name: 'operator' });
});

test('the policy for scripts allows our own files only, none inline', async () => {
  const response = await app.inject({ url: '/healthz' });
  const policy = String(response.headers['content-security-policy']);
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(response.headers['strict-transport-security']).toBeUndefined();
});

test('health is this process alone; readiness names each part that is missing', async () => {
  expect((await app.inject({ url: '/healthz' })).json()).toEqual({ healthy: true });
  const ready = await app.inject({ url: '/readyz' });
  expect(ready.statusCode).toBe(503);
  expect(ready.json()).toEqual({
    ready: false,
    missing: ['broker', 'judge', 'alert'],
    auditor: { lookedAt: house.clock.now(), neglects: 0, standingIn: false },
    carrier: { simulated: null, reachable: false, detail: 'not looked at yet', page: null },
    clock: { offsetMs: null, against: null, ok: true },
  });
});

test('the API describes itself from the schemas it is checked by', async () => {
  const response = await app.inject({ url: '/openapi.json', headers: { cookie } });
  const { paths } = response.json<{ paths: Record<string, Record<string, unknown>> }>();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(described.sort()).toEqual(routes.filter((route) => route !== 'GET /*' && route !== 'GET /openapi.json'));
  expect(JSON.stringify(paths['/api/session'])).toContain('password');
});

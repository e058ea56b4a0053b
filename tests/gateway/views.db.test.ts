import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Curve, QuarantineView, SiteOverview } from '../../src/contract/http.ts';
import { HOUR, MINUTE, plus } from '../../src/core/time.ts';
import { maskPhone } from '../../src/gateway/views/mask-phone.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, POLICY, storePond, storeReadings } from './pond.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database);
const cookie = await signIn(house, database);
const sensors = await storePond(db);
await storePond(db, 'other');

const get = async <T>(url: string, status = 200): Promise<T> => {
  const response = await house.app.inject({ url, headers: { cookie } });
  expect({ url, status: response.statusCode, body: status === 200 ? '' : response.body }).toMatchObject({
    url,
    status,
  });
  return response.json<T>();
};
const overview = () => get<SiteOverview>('/api/sites/pond/overview');

test('a site without readings is blind, normal, and calls nobody', async () => {
  const view = await overview();
  expect(view).toMatchObject({ siteId: 'pond', level: 'normal', callout: null, quarantined: 0, now: NOW });
  expect(view.sensors.map(({ code, visibility, newest }) => [code, visibility, newest])).toEqual([
    ['level', 'blind', null],
    ['p1', 'blind', null],
  ]);
  expect(view.cursor).toEqual({
    levelChange: 0,
    visibilityChange: 0,
    calloutEvent: 0,
    lateExceedance: 0,
    reportChange: 0,
  });
  expect(view.carrier).toEqual({ simulated: null, reachable: false, detail: 'not looked at yet', page: null });
});

test('an unknown site is 404', () => get('/api/sites/nowhere/overview', 404));

test('sites are listed with their names', async () => {
  expect(await get('/api/sites')).toEqual([
    { siteId: 'other', name: { zh: '示范库', en: 'Demo pond' } },
    { siteId: 'pond', name: { zh: '示范库', en: 'Demo pond' } },
  ]);
});

test('the newest reading is the one judged last: a clock that runs ahead does not hold its value for ever', async () => {
  const at = NOW - HOUR;
  await storeReadings(db, sensors.level, [
    { at, value: 338.1 },
    { at: NOW + 24 * HOUR, receivedAt: at + MINUTE, value: 1, quality: 'doubtful', flags: ['clock-ahead'] },
  ]);
  expect((await overview()).sensors[0]?.newest).toMatchObject({ value: 1, doubtful: true, receivedAt: at + MINUTE });
  await storeReadings(db, sensors.level, [{ at: at + 2 * MINUTE, value: 338.2 }]);
  expect((await overview()).sensors[0]).toMatchObject({
    visibility: 'seen',
    newest: { value: 338.2, doubtful: false, observedAt: at + 2 * MINUTE },
  });
});

test('levels and visibility are shown as they are stored, the site is as grave as its gravest rule', async () => {
  await db
    .insertInto('level_state')
    .values({
      target: 'pond/high',
      site_id: 'pond',
      sensor_id: sensors.level,
      level: 'red',
      state_version: 1,
      pending: '{}',
      config_version: 1,
      changed_at: new Date(NOW),
    })
    .execute();
  await db
    .insertInto('visibility_state')
    .values({ sensor_id: sensors.p1, site_id: 'pond', visibility: 'doubtful', since: new Date(NOW) })
    .execute();
  const view = await overview();
  expect(view.level).toBe('red');
  expect(view.rules).toEqual([
    {
      target: 'pond/high',
      ruleId: 'high',
      sensorId: sensors.level,
      worse: 'rising',
      limits: { blue: 338.7, red: 338.89 },
      deadband: 0.02,
      source: 'design report',
      approved: { by: 'chief engineer', on: '2024-05-01', document: 'design report' },
      verified: true,
      guarded: true,
      level: 'red',
      changedAt: NOW,
    },
  ]);
  expect(view.sensors[1]).toMatchObject({ visibility: 'doubtful', visibilitySince: NOW });
  expect((await get<SiteOverview>('/api/sites/other/overview')).level).toBe('normal');
});

test.each(['viewer', 'bureau'] as const)(
  'telephone numbers leave masked for a %s, who need not dial them',
  async (role) => {
    const looking = await signIn(house, database, role, [{ role, siteId: null }]);
    expect(maskPhone('+861000000042')).toBe('100****42');
    const { body, json } = await house.app.inject({ url: '/api/sites/pond/overview', headers: { cookie: looking } });
    const phones = json<SiteOverview>().contacts.map(({ phone }) => phone);
    expect(phones).toEqual(['100****01', '100****02', '100****03']);
    expect(body).not.toMatch(/\d{7,}(?=")/);
  },
);

test('an operator reads telephone numbers in full: when the line is down they are dialled by hand', async () => {
  expect((await overview()).contacts.map(({ phone }) => phone)).toContain('+861000000003');
});

test('the carrier that nobody has looked at of late is not reachable', async () => {
  const page = 'http://127.0.0.1:4600/';
  const checked = (checked_at: Date) =>
    db
      .insertInto('carrier_status')
      .values({ carrier: 'http', simulated: true, reachable: true, detail: 'ok', page, checked_at })
      .onConflict((oc) => oc.column('carrier').doUpdateSet({ checked_at }))
      .execute();
  await checked(new Date(NOW));
  expect((await overview()).carrier).toEqual({ simulated: true, reachable: true, detail: 'ok', page });
  await checked(new Date(NOW - 10 * MINUTE));
  expect((await overview()).carrier).toMatchObject({ simulated: true, reachable: false });
});

test('the callout shows its ladder, who is being called, and until when', async () => {
  const id = randomUUID();
  // Only what the page is shown: the rest is alerting's own.
  const state = {
    phase: 'calling',
    runs: [
      {
        kind: 'level',
        level: 'red',
        answeredBy: ['principal'],
        rungs: [
          { contactId: 'duty', medium: 'voice', answerWithinMs: 60_000 },
          { contactId: 'principal', medium: 'voice', answerWithinMs: 60_000 },
        ],
        tried: 4,
        deadline: plus(NOW, MINUTE),
        answered: null,
      },
    ],
    covered: {},
    answers: [{ contactId: 'duty', level: null, asked: 'red', medium: 'voice', at: NOW }],
  };
  await db
    .insertInto('callout')
    .values({
      id,
      site_id: 'pond',
      config_version: 1,
      policy: JSON.stringify(POLICY),
      state: JSON.stringify(state),
      opened_at: new Date(NOW),
      due_at: null,
      ended_at: null,
    })
    .execute();
  const attempt = {
    id: randomUUID(),
    callout_id: id,
    number: 4,
    site_id: 'pond',
    contact_id: 'principal',
    medium: 'voice',
    phone: '+861000000003',
    level: 'red',
    code: '7',
    say: '{}',
    status: 'ringing',
    lease_until: null,
    due_at: new Date(NOW),
    carrier_ref: null,
    created_at: new Date(NOW),
    ended_at: null,
    outcome: null,
  };
  await db.insertInto('attempt').values(attempt).execute();
  const { callout } = await overview();
  expect(callout).toMatchObject({
    calloutId: id,
    phase: 'calling',
    runs: [{ kind: 'level', level: 'red', current: 1, deadline: NOW + MINUTE, answered: null }],
    attempts: [{ number: 4, contactId: 'principal', status: 'ringing', outcome: null }],
    answers: [{ contactId: 'duty', at: NOW }],
  });
  // The digit to press is the proof of having listened: nobody is told it here.
  expect(JSON.stringify(callout)).not.toContain('"7"');
  expect((await get<SiteOverview>('/api/sites/other/overview')).callout).toBeNull();

  // However long it goes on, a page is told of what is under way and of the newest 200.
  const ended = { status: 'ended', outcome: 'busy', ended_at: new Date(NOW) };
  const more = Array.from({ length: 300 }, (_, i) => ({ ...attempt, ...ended, id: randomUUID(), number: 5 + i }));
  await db.insertInto('attempt').values(more).execute();
  const numbers = (await overview()).callout?.attempts.map(({ number }) => number) ?? [];
  expect([numbers.length, numbers[0], numbers[1], numbers.at(-1)]).toEqual([201, 4, 105, 304]);
});

const curve = (sensorId: number, from: number, to: number, points: number) =>
  get<Curve>(
    `/api/sensors/${String(sensorId)}/readings?from=${String(from)}&to=${String(to)}&points=${String(points)}`,
  );

test('a short curve is every reading of the span', async () => {
  const from = NOW - 2 * HOUR;
  expect((await curve(sensors.level, from, NOW, 100)).points).toEqual([
    [NOW - HOUR, 338.1, 0],
    [NOW - HOUR + 2 * MINUTE, 338.2, 0],
  ]);
});

test('a thinned curve keeps both ends and the extremes of every stretch, and invents no point', async () => {
  let sensorId = sensors.p1;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.boolean()), { minLength: 40, maxLength: 300 }),
      async (values) => {
        const { id } = await db
          .insertInto('sensor')
          .values({ site_id: 'other', code: `random-${String((sensorId += 1))}` })
          .returning('id')
          .executeTakeFirstOrThrow();
        const stored = values.map(([value, doubtful], i) => ({
          at: NOW + i * 1_000,
          value,
          quality: doubtful ? ('doubtful' as const) : ('good' as const),
        }));
        await storeReadings(db, id, stored);
        const to = NOW + values.length * 1_000;
        const { points, stored: count } = await curve(id, NOW - HOUR, to + HOUR, 16);
        expect(count).toBe(values.length);
        const all = new Set(
          stored.map(
            ({ at, value, quality }) => `${String(at)} ${String(value)} ${quality === 'doubtful' ? '1' : '0'}`,
          ),
        );
        for (const point of points) expect(all).toContain(point.join(' '));
        expect(points.map(([at]) => at)).toEqual(points.map(([at]) => at).toSorted((a, b) => a - b));
        expect(new Set(points.map(([at]) => at)).size).toBe(points.length);
        expect(points.length).toBeLessThanOrEqual(2 * 16);
        const bucketMs = Math.ceil(((values.length - 1) * 1_000 + 1) / 4);
        for (let start = NOW; start < to; start = plus(start, bucketMs)) {
          for (const quality of ['good', 'doubtful'] as const) {
            const inside = stored
              .filter(({ at, quality: own }) => at >= start && at < start + bucketMs && own === quality)
              .map(({ value }) => value);
            const shown = points
              .filter(
                ([at, , mark]) => at >= start && at < start + bucketMs && mark === (quality === 'doubtful' ? 1 : 0),
              )
              .map(([, value]) => value);
            expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...inside), Math.max(...inside)]);
          }
        }
        expect([points[0]?.[0], points.at(-1)?.[0]]).toEqual([stored[0]?.at, stored.at(-1)?.at]);
      },
    ),
    { numRuns: 25 },
  );
});

test.each([
  ['from=5&to=5', 'from'],
  ['from=yesterday', 'from'],
  ['points=1', 'points'],
])('a span that cannot be is refused by its field: %s', async (query, field) => {
  expect(await get(`/api/sensors/${String(sensors.p1)}/readings?${query}`, 400)).toMatchObject({
    code: 'request/invalid',
    field,
  });
});

test('a sensor that does not exist is 404', () => get('/api/sensors/999999/readings', 404));

test('the quarantine is counted by reason over a day, and shows even bytes that are no text', async () => {
  const refused = (reason: string, ageMs: number, payload: Buffer, site_id: string | null) => ({
    received_at: new Date(NOW - ageMs),
    site_id,
    topic: 'pond/level',
    payload,
    reason,
    detail: 'why',
  });
  await db
    .insertInto('quarantine')
    .values([
      refused('value-null', MINUTE, Buffer.from('{"value":null}'), 'pond'),
      refused('value-null', 48 * HOUR, Buffer.from('{"value":null}'), 'pond'),
      refused('payload-not-json', 2 * MINUTE, Buffer.from([0xff, 0x00, 0x41]), null),
      refused('sensor-unknown', 3 * MINUTE, Buffer.from('x'.repeat(9_000)), 'other'),
    ])
    .execute();
  const all = await get<QuarantineView>('/api/quarantine');
  expect(all.counts).toEqual([
    { reason: 'payload-not-json', count: 1 },
    { reason: 'sensor-unknown', count: 1 },
    { reason: 'value-null', count: 1 },
  ]);
  expect(all.newest.map(({ reason }) => reason)).toEqual([
    'value-null',
    'payload-not-json',
    'sensor-unknown',
    'value-null',
  ]);
  expect(all.newest[1]?.payload).toBe('\ufffd\u0000A');
  expect(all.newest[2]?.payload).toHaveLength(2_000);
  // Those of no site are everybody's concern, in the list as in the count.
  const { counts, newest } = await get<QuarantineView>('/api/quarantine?siteId=pond');
  expect(counts).toEqual([
    { reason: 'payload-not-json', count: 1 },
    { reason: 'value-null', count: 1 },
  ]);
  expect(newest).toHaveLength(3);
  expect((await overview()).quarantined).toBe(2);
  await db.updateTable('quarantine_dropped').set({ count: 7 }).execute();
  expect((await get<QuarantineView>('/api/quarantine')).dropped).toBe(7);
});

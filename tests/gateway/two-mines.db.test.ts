import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Cursor } from '../../src/contract/live.ts';
import { setGrants } from '../../src/gateway/grants.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { describedRoutes, exampleOf, nameOf, pathWith } from './described-routes.ts';
import type { DescribedRoute } from './described-routes.ts';
import { person, personasOf } from './personas.ts';
import type { Persona } from './personas.ts';
import { NOW } from './pond.ts';
import { METRICS_TOKEN, testGateway } from './test-gateway.ts';
import {
  desksOf,
  namedOf,
  storeCallout,
  storeCalloutEvent,
  storeLateExceedance,
  storeMine,
  storeVisibilityChange,
} from './marked-mines.ts';
import { THINGS } from './marked-things.ts';
import type { Mine } from './marked-things.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, { ...desksOf(db), pulseEveryMs: 20, checkEveryMs: 3_600_000 });
const own = await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
const foreign = await storeMine(db, 'onyx', ['+861000000021', '+861000000022', '+861000000023']);
const personas = (await personasOf(db, own.mark)).filter(({ name }) => name !== 'all roles everywhere');
const described = describedRoutes(house.app);
const START: Cursor = { levelChange: 0, visibilityChange: 0, calloutEvent: 0, lateExceedance: 0, reportChange: 0 };

/** Whatever tells of the other mine: its word, its telephone numbers. Its ids are in the request itself. */
const tells = (text: string): readonly string[] =>
  [foreign.mark, ...foreign.phones].filter((each) => text.toLowerCase().includes(each));

const thingsOf = async (route: DescribedRoute, mine: Mine): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      route.parameters.map(async ({ name }) => [name, (await THINGS[name]?.(db, mine)) ?? ''] as const),
    ),
  );

const queryOf = (route: DescribedRoute, mark: string): string => {
  const named = namedOf(mark);
  const given = route.query.flatMap(({ name }) =>
    name in named ? [`${name}=${encodeURIComponent(String(named[name]))}`] : [],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
};

const headersOf = async (persona: Persona) =>
  persona.kind === 'nobody' ? { authorization: `Bearer ${METRICS_TOKEN}` } : persona.headers();

// One of each of the foreign mine's things is there before anybody looks.
for (const make of Object.values(THINGS)) await make(db, foreign);
for (const make of Object.values(THINGS)) await make(db, own);

test('what is read of the own mine is there, in every word of it', async () => {
  const operator = personas.find(({ name }) => name.startsWith('operator'));
  const response = await house.app.inject({
    url: `/api/sites/${own.mark}/overview`,
    headers: (await operator?.headers()) ?? {},
  });
  for (const phone of own.phones) expect(response.body).toContain(phone);
  expect(response.json()).toMatchObject({ siteId: own.mark, level: 'red', callout: { calloutId: own.calloutId } });
});

const reads = described.filter(({ method }) => method === 'GET');
test.each(reads.map((route) => [nameOf(route), route] as const))(
  '%s tells nothing of the other mine',
  async (_name, route) => {
    const urls = new Set([
      pathWith(route, await thingsOf(route, own)),
      pathWith(route, await thingsOf(route, own)) + queryOf(route, own.mark),
      pathWith(route, await thingsOf(route, own)) + queryOf(route, foreign.mark),
      pathWith(route, await thingsOf(route, foreign)) + queryOf(route, foreign.mark),
    ]);
    for (const persona of personas) {
      for (const url of urls) {
        const { body, headers } = await house.app.inject({ url, headers: await headersOf(persona) });
        const told = tells(body + JSON.stringify(headers));
        expect({ persona: persona.name, url, told }).toEqual({ persona: persona.name, url, told: [] });
      }
    }
  },
);

/** Every row that is of the other mine, in every table there is. */
async function rowsOfForeign(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by 1`.execute(db);
  const sensors = await db.selectFrom('sensor').select('id').where('site_id', '=', foreign.mark).execute();
  const found: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select whole::text as row from ${sql.table(name)} as whole order by 1`.execute(db);
    const ofSensor = sensors.map(({ id }) => `(${String(id)},`);
    found[name] = rows
      .map(({ row }) => row)
      .filter(
        (row) =>
          row.includes(foreign.mark) || (/^(reading|source)/.test(name) && ofSensor.some((id) => row.startsWith(id))),
      );
  }
  return found;
}

const writes = described.filter(({ method, permission }) => method !== 'GET' && permission !== 'everybody');
test('no request of anybody at one mine changes anything of the other, by its path or by its body', async () => {
  const things = new Map(
    await Promise.all(writes.map(async (route) => [route, await thingsOf(route, foreign)] as const)),
  );
  const ownThings = new Map(
    await Promise.all(writes.map(async (route) => [route, await thingsOf(route, own)] as const)),
  );
  const before = await rowsOfForeign();
  expect(Object.values(before).filter((rows) => rows.length > 0).length).toBeGreaterThan(20);
  // Whoever may less is refused sooner: the permission matrix asks as each.
  for (const persona of personas.filter(
    ({ name }) => /^(all roles at graphite|token maintenance)/.test(name) && !name.includes('password'),
  )) {
    for (const route of writes) {
      for (const [ids, mark] of [
        [things.get(route), foreign.mark],
        [things.get(route), own.mark],
        [ownThings.get(route), foreign.mark],
      ] as const) {
        if (route.permission === 'signed-in-person' && route.parameters.length === 0) continue;
        const response = await house.app.inject({
          method: route.method,
          url: pathWith(route, ids ?? {}),
          headers: await persona.headers(),
          ...(route.body !== undefined && { payload: exampleOf(route.body, namedOf(mark)) as object }),
        });
        const facts = { persona: persona.name, route: nameOf(route), ids, mark };
        // What it asked with it may be told again.
        const said = [namedOf(mark)['target'], namedOf(mark)['point']].map(String);
        const body = said.reduce((text, each) => text.replaceAll(each, ''), response.body);
        expect({ ...facts, told: tells(body) }).toEqual({ ...facts, told: [] });
      }
    }
  }
  expect(await rowsOfForeign()).toEqual(before);
});

/** A page of which every byte that comes is kept. */
async function openRaw(persona: Persona, cursor: Cursor | null) {
  const headers = await persona.headers();
  const socket = new WebSocket(`${house.url.replace('http', 'ws')}/live`, { headers, origin: house.url });
  let text = '';
  socket.on('message', (data: Buffer) => (text += data.toString('utf8')));
  const status = await new Promise<number>((resolve) => {
    socket.on('open', () => {
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => {});
  });
  if (status === 101) socket.send(JSON.stringify({ type: 'resume', cursor }));
  return { status, text: () => text, end: () => socket.terminate() };
}

let version = 1;
/** Everything that can come live, of both mines: the other one's first, so that it would be there when the own one is. */
async function everythingHappens(): Promise<void> {
  version += 1;
  for (const mine of [foreign, own]) {
    await storeVisibilityChange(db, mine.mark, mine.sensorId);
    await storeLateExceedance(db, mine.mark, mine.sensorId);
    await storeCallout(db, mine.mark, mine.sensorId, version);
    await storeCalloutEvent(db, mine);
    const reading = { sensorId: mine.sensorId, observedAt: NOW, receivedAt: NOW, value: 1, doubtful: false };
    house.hub.readings({ siteId: mine.mark, readings: [reading] } as unknown as Parameters<
      typeof house.hub.readings
    >[0]);
  }
  const target = { level: 'red', value: 1, limit: 1, observedAt: NOW, verified: true, guarded: true } as const;
  const targets = [foreign, own].map(({ mark }) => ({ ...target, siteId: mark, target: `${mark}/${mark}-high` }));
  house.hub.unrecorded({ at: NOW, since: NOW, targets });
  house.follower.wake();
}

const seesLive = (persona: Persona): boolean =>
  (persona.kind === 'person' || persona.kind === 'kiosk') && persona.access.has('site/see');

test('the live connection tells nothing of the other mine: from the beginning, as it happens, and in the dark', async () => {
  for (const persona of personas.filter((each) => each.kind !== 'nobody')) {
    const pages = [await openRaw(persona, START), await openRaw(persona, null)];
    const facts = { persona: persona.name };
    expect({ ...facts, opened: pages.map(({ status }) => status === 101) }).toEqual({
      ...facts,
      opened: pages.map(() => seesLive(persona)),
    });
    if (!seesLive(persona)) continue;
    await eventually(() => pages.every((page) => page.text().includes('"hello"')));
    await everythingHappens();
    const kinds = ['levelChange', 'visibilityChange', 'calloutEvent', 'lateExceedance'].map((log) => `"log":"${log}"`);
    const wanted = [...kinds, '"type":"readings"', '"type":"unrecorded"', `${own.mark}/${own.mark}-high`];
    await eventually(() => pages.every((page) => wanted.every((each) => page.text().includes(each))));
    expect({ ...facts, told: pages.flatMap((page) => tells(page.text())) }).toEqual({ ...facts, told: [] });
    for (const page of pages) page.end();
  }
  house.hub.unrecorded(null);
});

test('a role that is taken away while a page is open takes with it what comes there', async () => {
  const leaver = await person(db, 'leaver', [
    { role: 'viewer', siteId: own.mark },
    { role: 'viewer', siteId: foreign.mark },
  ]);
  const stayer = await person(db, 'stayer', [{ role: 'viewer', siteId: foreign.mark }]);
  const [page, other] = [await openRaw(leaver, null), await openRaw(stayer, null)];
  await eventually(() => page.text().includes('"hello"') && other.text().includes('"hello"'));
  await everythingHappens();
  await eventually(() => page.text().includes(own.mark) && page.text().includes(foreign.mark));
  await setGrants(db, { accountId: leaver.accountId }, [{ role: 'viewer', siteId: own.mark }]);
  await house.hub.accessChanged();
  const before = page.text().length;
  const heard = other.text().length;
  await everythingHappens();
  const since = () => page.text().slice(before);
  await eventually(() => ['levelChange', 'lateExceedance', 'calloutEvent'].every((log) => since().includes(log)));
  expect(tells(since())).toEqual([]);
  expect(tells(other.text().slice(heard))).not.toEqual([]);
  page.end();
  other.end();
  house.hub.unrecorded(null);
});

test('the description of the API and the sign-in form know of no mine', async () => {
  for (const url of ['/openapi.json', '/readyz', '/api/setup', '/healthz', '/metrics']) {
    for (const persona of personas) {
      const { body } = await house.app.inject({ url, headers: await headersOf(persona) });
      expect({ url, told: tells(body) }).toEqual({ url, told: [] });
    }
  }
});

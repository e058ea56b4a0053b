import { expect, test } from 'vitest';
import { mayAt, mayEverywhere, maySomewhere } from '../../src/core/access.ts';
import type { Permission } from '../../src/core/access.ts';
import type { Problem } from '../../src/contract/http.ts';
import { NOT_FOUND } from '../../src/gateway/site-of.ts';
import type { Thing } from '../../src/gateway/site-of.ts';
import { testDatabase } from '../support/test-database.ts';
import { describedRoutes, exampleOf, nameOf, pathWith } from './described-routes.ts';
import type { DescribedRoute } from './described-routes.ts';
import { personasOf } from './personas.ts';
import type { Persona } from './personas.ts';
import { testGateway } from './test-gateway.ts';
import { desksOf, namedOf, storeMine } from './marked-mines.ts';
import { NONE, THINGS } from './marked-things.ts';
import type { Mine } from './marked-things.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, desksOf(db));
const own = await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
const foreign = await storeMine(db, 'onyx', ['+861000000021', '+861000000022', '+861000000023']);
const personas = await personasOf(db, own.mark);
const everybody = personas.find(({ name }) => name === 'all roles everywhere');
const described = describedRoutes(house.app);

/** Not described: the page's files, and the description itself, which doors.db.test.ts asks for. */
const UNDESCRIBED = ['GET /*', 'GET /openapi.json'];
/** What a refusal at a door says. */
const DOOR_CODES = ['session/required', 'access/denied', 'session/password-change-required', 'request/foreign-origin'];

type Where = 'own' | 'foreign' | 'none';
const MINE: Readonly<Record<Where, Mine | null>> = { own, foreign, none: null };

async function ask(route: DescribedRoute, persona: Persona, where: Where) {
  const mine = MINE[where];
  const things = Object.fromEntries(
    await Promise.all(
      route.parameters.map(async ({ name }) => {
        const make = THINGS[name];
        if (make === undefined) throw new Error(`marked-things.ts makes no ${name}, which ${nameOf(route)} names`);
        return [name, mine === null ? (NONE[name] ?? '') : await make(db, mine)] as const;
      }),
    ),
  );
  const named = namedOf((mine ?? own).mark);
  const query = route.query.flatMap(({ name }) => (name in named ? [`${name}=${String(named[name])}`] : []));
  const response = await house.app.inject({
    method: route.method,
    url: `${pathWith(route, things)}?${query.join('&')}`,
    headers: await persona.headers(),
    ...(route.body !== undefined && { payload: exampleOf(route.body, named) as object }),
  });
  const { code = '' } =
    response.headers['content-type']?.toString().startsWith('application/json') && response.body
      ? response.json<Partial<Problem>>()
      : {};
  return { status: response.statusCode, code, body: response.body };
}

/** What the door says of this persona: a code, or null where it opens. */
function doorSays(route: DescribedRoute, { kind, access, name }: Persona, where: Where): string | null {
  const { permission, at = '' } = route;
  if (permission === 'everybody') return null;
  if (kind === 'nobody') return 'session/required';
  if (permission === 'signed-in') return null;
  if (permission === 'signed-in-person') return kind === 'person' ? null : 'access/denied';
  const asked = permission as Permission;
  if (name.includes('password to change')) return 'session/password-change-required';
  if (!maySomewhere(access, asked)) return 'access/denied';
  if (at === 'some-site') return null;
  if (at === 'every-site') return mayEverywhere(access, asked) ? null : 'access/denied';
  const siteId = where === 'none' ? undefined : MINE[where]?.mark;
  if (siteId !== undefined && mayAt(access, asked, siteId)) return null;
  if (siteId !== undefined && mayAt(access, 'site/see', siteId)) return 'access/denied';
  return NOT_FOUND[at as Thing].code;
}

const STATUS: Readonly<Record<string, number>> = {
  'session/required': 401,
  'access/denied': 403,
  'session/password-change-required': 403,
};

test('every route is described, and says who may', () => {
  const names = described.map(nameOf);
  expect(house.routes.filter((route) => !UNDESCRIBED.includes(route)).sort()).toEqual(names.sort());
  expect(described.filter(({ permission }) => permission === undefined).map(nameOf)).toEqual([]);
});

const closed = described.filter(({ permission }) => permission !== 'everybody');

test.each(closed.map((route) => [nameOf(route), route] as const))(
  '%s lets in at their own site whom the roles allow, and nobody else',
  async (_name, route) => {
    for (const persona of personas) {
      const expected = doorSays(route, persona, 'own');
      const { status, code, body } = await ask(route, persona, 'own');
      const facts = { persona: persona.name, body };
      if (expected === null) expect(DOOR_CODES, JSON.stringify(facts)).not.toContain(code);
      else expect({ ...facts, status, code }).toMatchObject({ status: STATUS[expected], code: expected });
      expect(status, JSON.stringify(facts)).toBeLessThan(500);
      expect(code, JSON.stringify(facts)).not.toBe('request/invalid');
    }
  },
);

test.each(closed.filter(({ parameters }) => parameters.length > 0).map((route) => [nameOf(route), route] as const))(
  '%s says of what is of another mine what it says of nothing',
  async (_name, route) => {
    for (const persona of personas) {
      const expected = doorSays(route, persona, 'foreign');
      const [there, nowhere] = [await ask(route, persona, 'foreign'), await ask(route, persona, 'none')];
      const facts = { persona: persona.name, body: there.body };
      if (persona === everybody && expected === null) {
        // Whoever may everywhere passes; what concerns one person alone stays theirs.
        if (route.permission !== 'signed-in-person') expect(DOOR_CODES).not.toContain(there.code);
        continue;
      }
      expect({ ...facts, ...there }).toEqual({ ...facts, ...nowhere });
      expect([401, 403, 404], JSON.stringify(facts)).toContain(there.status);
      if (expected !== null) expect({ ...facts, code: there.code }).toEqual({ ...facts, code: expected });
    }
  },
);

test('a role that waits for its second factor looks, and does nothing', () => {
  const waiting = personas.filter(({ name }) => name.includes('without second factor'));
  expect(waiting.flatMap(({ access }) => [...access.keys()]).filter((permission) => permission !== 'site/see')).toEqual(
    [],
  );
});

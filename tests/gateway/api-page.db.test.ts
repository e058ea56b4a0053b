import { expect, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { describedRoutes, nameOf } from './described-routes.ts';
import type { DescribedRoute, Schema } from './described-routes.ts';
import { testGateway } from './test-gateway.ts';

const HEAD = `# Every route

Made from what the gateway says of itself (\`GET /openapi.json\`), and held to it by a test: after adding a route run
\`npm test -- tests/gateway/api-page.db.test.ts -u\`. What each does is told in [the API](api.md) and the guides; who has which
permission in [who may do what](permissions.md). Keys that may be left out have a \`?\`.

| route | permission | holds at | query | body |
|---|---|---|---|---|
`;

const keysOf = (schema: Schema | undefined): string => {
  const choices = schema?.anyOf ?? schema?.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(keysOf))].filter((keys) => keys !== '').join(' or ');
  return Object.keys(schema?.properties ?? {})
    .map((key) => `\`${key}${schema?.required?.includes(key) === true ? '' : '?'}\``)
    .join(', ');
};

const rowOf = (route: DescribedRoute): string => {
  const query = route.query.map(({ name, required }) => `\`${name}${required === true ? '' : '?'}\``).join(', ');
  const cells = [`\`${nameOf(route)}\``, route.permission ?? '', route.at ?? '', query, keysOf(route.body)];
  return `| ${cells.join(' | ')} |\n`;
};

test('the page of routes has every route as the gateway describes it, and no other', async () => {
  const { app } = await testGateway(await testDatabase());
  const rows = describedRoutes(app).toSorted(
    (a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method),
  );
  await expect(HEAD + rows.map(rowOf).join('')).toMatchFileSnapshot('../../docs/api-routes.md');
});

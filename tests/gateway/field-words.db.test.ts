import { expect, test } from 'vitest';
import { problemText } from '../../dashboards/src/format/problem.ts';
import { LANGUAGES, knownKey, sayIn } from '../../dashboards/src/words/say.ts';
import { testDatabase } from '../support/test-database.ts';
import { describedRoutes, nameOf } from './described-routes.ts';
import type { Schema } from './described-routes.ts';
import { testGateway } from './test-gateway.ts';

const { app } = await testGateway(await testDatabase());

/** Every input of a body, as a Problem names it: keys joined by dots; those of a list by its own name. */
function fieldsOf(schema: Schema, path = ''): readonly string[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) => fieldsOf(each, path));
  const keys = Object.entries(schema.properties ?? {}).flatMap(([key, of]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return [name, ...fieldsOf(of, name)];
  });
  return [...inner, ...keys];
}

/** Programs send these and no form of the page does: carriers. */
const isForm = (path: string): boolean => path.startsWith('/api/');

const forms = describedRoutes(app).flatMap((route) =>
  isForm(route.path) && route.body !== undefined ? [[nameOf(route), fieldsOf(route.body)] as const] : [],
);

test.each(forms)('what is refused of %s is named in the language of whoever typed it', (_name, fields) => {
  expect(fields.filter((field) => knownKey('field', field) === undefined)).toEqual([]);
});

test.each(LANGUAGES)('what is wrong as a whole has a word too (%s)', (language) => {
  const say = sayIn(language);
  for (const field of ['body', 'query', 'url', 'headers', 'request'])
    expect(problemText(say, 'request/invalid', field)).not.toMatch(new RegExp(`\\b${field}\\b`));
});

test('a fault within a list is named by the list', () => {
  expect(problemText(sayIn('en'), 'request/invalid', 'substitute.0.who')).toContain('Who patrols instead');
});

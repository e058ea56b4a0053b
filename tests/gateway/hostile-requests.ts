import fc from 'fast-check';
import { exampleOf } from './described-routes.ts';
import type { DescribedRoute, Schema } from './described-routes.ts';

/** A request as it is put on the line, whatever a client library would say to it. */
export interface HostileRequest {
  readonly method: string;
  readonly target: string;
  readonly contentType: string | null;
  readonly more: readonly string[];
  readonly body: Buffer;
  /** Index of who asks. */
  readonly persona: number;
  /** A carrier's key was used. */
  readonly signed: boolean;
}

/** Texts that have broken something somewhere. */
const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '１２３',
  'ａｂｃ',
  '\u202Eabc',
  '\uFEFF',
  '👩‍🚒',
  '𠮷',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '-0',
  '1e999',
  '0x10',
  "'; drop table audit; --",
  '{{7*7}}',
  '../../etc/passwd',
  '%00',
  '\r\nX: y',
  '9'.repeat(400),
  'x'.repeat(20_000),
  'ǆ'.repeat(3_000),
  '\u0301'.repeat(500),
];

const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  // Half a character.
  fc.constantFrom('\uD800', 'a\uDC00b', '\uDBFF\uDBFF'),
);

const number = fc.constantFrom(0, -0, -1, 1.5, 1e21, -1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 63, 8.64e15 + 1);

const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  number,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { length: 1 }, { toString: 1 }),
  fc.array(text, { maxLength: 4 }),
  fc.constant(Array.from({ length: 2_000 }, (_each, i) => i)),
  fc.dictionary(text, fc.oneof(text, number), { maxKeys: 4 }),
);

/** JSON of a value, with half characters as they are: `JSON.stringify` would escape them. */
const raw = (given: unknown): string => JSON.stringify(given);

/** A body that the schema takes, but for one place. */
function bent(schema: Schema, named: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  const whole = exampleOf(schema, named);
  const keys = Object.keys(schema.properties ?? {});
  if (keys.length === 0 || typeof whole !== 'object' || whole === null) return value.map(raw);
  return fc.oneof(
    fc.constant(raw(whole)),
    fc.tuple(fc.constantFrom(...keys), value).map(([key, at]) => raw({ ...whole, [key]: at })),
    fc
      .tuple(fc.constantFrom(...keys), fc.constantFrom(...keys), value)
      .map(([key, inner, at]) => raw({ ...whole, [key]: { ...(whole as Record<string, object>)[key], [inner]: at } })),
    fc.constantFrom(...keys).map((key) => raw({ ...whole, [key]: undefined })),
    fc.tuple(text, value).map(([key, at]) => raw({ ...whole, [key]: at })),
    fc.constantFrom(...keys).map((key) => `${raw(whole).slice(0, -1)},${raw(key)}:[],${raw(key)}:{}}`),
    fc.constantFrom('__proto__', 'constructor').map((key) => `${raw(whole).slice(0, -1)},"${key}":{"a":1}}`),
    // A half character as its escape.
    fc.constantFrom(...keys).map((key) => `${raw({ ...whole, [key]: undefined }).slice(0, -1)},${raw(key)}:"\\ud800"}`),
  );
}

const JUNK = [
  Buffer.alloc(0),
  Buffer.from('{'),
  Buffer.from('nonsense'),
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80]), Buffer.from('"}')]),
  Buffer.from('['.repeat(30_000) + ']'.repeat(30_000)),
  Buffer.from('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)),
  Buffer.from(`{"a":"${'x'.repeat(70_000)}"}`),
  Buffer.from('\uFEFF{}'),
  Buffer.from('1e99999'),
  Buffer.from('null'),
];

/** As `encodeURIComponent`, for half characters too. */
const percent = (given: string): string =>
  [...Buffer.from(given, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const segment = (good: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...good) },
    { weight: 2, arbitrary: text.map((each) => percent(each.slice(0, 2_000))) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '%',
        '%zz',
        '%E0%A4%A',
        '%ed%a0%80',
        '%2e%2e',
        '..',
        '%2f',
        ';',
        '',
        '-1',
        '1.5',
        '１',
      ),
    },
  );

const query = (route: DescribedRoute, named: Readonly<Record<string, unknown>>): fc.Arbitrary<string> => {
  const known = route.query.map(({ name }) => name);
  const key = fc.constantFrom('__proto__', 'constructor', 'a[b]', '', ...known);
  const good = known.filter((name) => name in named).map((name) => `${name}=${percent(String(named[name]))}`);
  const pair = fc.tuple(key, text).map(([name, at]) => `${percent(name)}=${percent(at.slice(0, 2_000))}`);
  return fc
    .array(fc.oneof(pair, fc.constantFrom('a=%', '&&', '=', ...good)), { maxLength: 3 })
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`));
};

const CONTENT_TYPES = [
  'text/plain',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'application/xml',
  ';',
  'x'.repeat(500),
];
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'MERGE',
  'get',
  'BREW',
];
const HEADERS = [
  'authorization: Bearer',
  'authorization: Bearer tw_\u00ff\u00fe',
  `authorization: Bearer tw_${'x'.repeat(4_000)}`,
  'authorization: Basic Og==',
  `cookie: ${'a=b; '.repeat(2_000)}`,
  'cookie: tailwatch_session=%E0%A4%A',
  'cookie: __proto__=1; tailwatch_session=\u00ff',
  'origin: null',
  'origin: http://evil.example',
  'sec-fetch-site: cross-site',
  'x-forwarded-for: 1.2.3.4, \u00ff',
  'if-none-match: *',
  'range: bytes=0-99999999999',
  'accept-encoding: \u00ff',
  'expect: 100-continue',
  'transfer-encoding: gzip',
  `x-long: ${'x'.repeat(20_000)}`,
  'no colon at all',
  'content-length: 5',
];

/** Requests of one route, from what it takes to what nobody should send. `good` are ids of real things, by the name in the path. */
export function hostileRequests(
  route: DescribedRoute,
  good: Readonly<Record<string, readonly string[]>>,
  named: Readonly<Record<string, unknown>>,
): fc.Arbitrary<HostileRequest> {
  const path = fc
    .tuple(...route.parameters.map(({ name }) => segment(good[name] ?? ['1'])))
    .map((given) =>
      route.parameters.reduce((text, { name }, i) => text.replace(`{${name}}`, () => given[i] ?? ''), route.path),
    );
  const body =
    route.body === undefined
      ? fc.constant(Buffer.alloc(0))
      : fc.oneof(
          { weight: 6, arbitrary: bent(route.body, named).map((each) => Buffer.from(each)) },
          { weight: 1, arbitrary: fc.constantFrom(...JUNK) },
          { weight: 1, arbitrary: value.map((each) => Buffer.from(raw(each) ?? '')) },
        );
  return fc.record({
    method: fc.oneof(
      { weight: 15, arbitrary: fc.constant(route.method as string) },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
    ),
    target: fc.oneof(
      { weight: 15, arbitrary: fc.tuple(path, query(route, named)).map((each) => each.join('')) },
      { weight: 1, arbitrary: path.map((each) => `${each}/`) },
      { weight: 1, arbitrary: path.map((each) => `/${each}?${'a'.repeat(9_000)}`) },
    ),
    contentType: fc.oneof(
      { weight: 12, arbitrary: fc.constant(route.body === undefined ? null : 'application/json') },
      { weight: 1, arbitrary: fc.constantFrom(null, ...CONTENT_TYPES) },
    ),
    more: fc.oneof(
      { weight: 8, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...HEADERS), { maxLength: 2 }) },
    ),
    body: fc.oneof({ weight: 15, arbitrary: body }, { weight: 1, arbitrary: fc.constantFrom(...JUNK) }),
    persona: fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constant(2) },
    ),
    signed: fc.oneof({ weight: 7, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  });
}

import { expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { createLogger } from '../../src/platform/logger.ts';

/** What a line says of these facts. */
function logged(facts: object, message = 'something happened'): string {
  let line = '';
  createLogger('test', 'trace', { write: (text) => (line += text) }).warn(facts, message);
  return line;
}

const NUMBER = '+861000000011';
const TOKEN = `tw_${'Ab3-'.repeat(10)}`;

test.each<[string, object]>([
  ['by its key', { phone: NUMBER }],
  ['by its key, one level down', { attempt: { to: NUMBER } }],
  ['under a key that nobody thought of', { who: { is: { called: [NUMBER] } } }],
  ['in a text', { why: `could not reach ${NUMBER}: busy` }],
  ['with spaces, as people write it', { why: 'could not reach +86 100-0000-0011' }],
  ['in the message of an error', { err: new Error(`no route to ${NUMBER}`) }],
  [
    'in the cause of the cause of an error',
    { err: new Error('a', { cause: new Error('b', { cause: new Error(NUMBER) }) }) },
  ],
  ['in an error of ours', { err: new AppError('carrier/refused', 'no', { facts: { whom: NUMBER } }) }],
])('a telephone number is not logged: %s', (_where, facts) => {
  const line = logged(facts);
  expect(line).not.toMatch(/0000.?0011/);
  expect(JSON.parse(line)).toMatchObject({ name: 'test', msg: 'something happened' });
});

test('what the database quotes of a row is not logged', () => {
  const error = Object.assign(new Error('violates a constraint'), {
    code: '23514',
    detail: 'Failing row contains (7, officer, 4711).',
    where: 'COPY attempt, line 1: "4711"',
    parameters: ['4711'],
  });
  const line = logged({ err: error });
  expect(line).not.toContain('4711');
  // Which rule it was is what the reader needs.
  expect(line).toContain('23514');
});

test.each<[string, object]>([
  ['a token of ours', { why: `refused ${TOKEN} again` }],
  ['a header', { req: { headers: { authorization: `Bearer ${TOKEN}` } } }],
  ['a bearer of another kind', { why: `Authorization: Bearer ${TOKEN.slice(3)}` }],
  ['a session', { why: `cookie tailwatch_session=${TOKEN.slice(3)}; a=b` }],
  ['a password in an address', { err: new Error(`connect postgresql://tailwatch:${TOKEN.slice(3)}@host/db`) }],
  ['a code', { code: TOKEN, attempt: { digit: TOKEN } }],
  ['a password by its key', { account: { password: TOKEN } }],
])('%s is not logged', (_what, facts) => {
  expect(logged(facts)).not.toContain('Ab3-');
});

test('an instant, a limit and a level are no telephone number', () => {
  const facts = { at: '2026-07-01T00:00:00+08:00', position: 8610000000011, value: 338.95 };
  expect(JSON.parse(logged(facts))).toMatchObject(facts);
});

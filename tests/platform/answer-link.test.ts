import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerLinks } from '../../src/platform/answer-link.ts';

const KEY = 'a key of the test, long enough to sign with';
const links = answerLinks(KEY, 'https://pond.example/mine');
const tokenOf = (link: string): string => link.split('#')[1] ?? '';

test('a link leads back to its message, stands behind the # and is the same each time', () => {
  fc.assert(
    fc.property(fc.uuid(), (attemptId) => {
      const link = links.linkTo(attemptId);
      expect(link).toBe(links.linkTo(attemptId));
      expect(link).toMatch(/^https:\/\/pond\.example\/mine\/answer#[\w-]{38}$/);
      expect(links.attemptOf(tokenOf(link))).toBe(attemptId);
    }),
  );
});

test('a token that was changed anywhere, cut, lengthened or made with another key belongs to no message', () => {
  const token = tokenOf(links.linkTo('7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0001'));
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === 'A' ? 'B' : 'A';
    // The last character carries two bits that no byte has.
    const changed = token.slice(0, at) + other + token.slice(at + 1);
    if (Buffer.from(changed, 'base64url').equals(Buffer.from(token, 'base64url'))) continue;
    expect(links.attemptOf(changed), changed).toBeNull();
  }
  for (const wrong of [token.slice(1), `${token}A`, '', ' '.repeat(38), '０'.repeat(38)])
    expect(links.attemptOf(wrong)).toBeNull();
  expect(answerLinks(`${KEY}!`, 'https://pond.example').attemptOf(token)).toBeNull();
});

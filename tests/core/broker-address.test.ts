import fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokerAddress } from '../../src/core/broker-address.ts';

it.each([
  ['mqtt://host:1883', { url: 'mqtt://host:1883' }],
  ['mqtt://judge@host', { url: 'mqtt://host', username: 'judge' }],
  ['mqtts://judge:a%3Ab%40c@host:8883/x', { url: 'mqtts://host:8883/x', username: 'judge', password: 'a:b@c' }],
  ['mqtt://judge:a:b@host', { url: 'mqtt://host', username: 'judge', password: 'a:b' }],
  ['mqtt://judge:100%@host', { url: 'mqtt://host', username: 'judge', password: '100%' }],
])('%s', (url, address) => {
  expect(brokerAddress(url)).toEqual(address);
});

it('gives back whatever password was encoded into the URL', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (password) => {
      expect(brokerAddress(`mqtt://user:${encodeURIComponent(password)}@host`).password).toBe(password);
    }),
  );
});

import { expect, test } from 'vitest';
import { clientAddress, isLoopback, isOfThisMachine, networks } from '../../src/platform/peer.ts';

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:7f00:1', true],
  ['128.0.0.1', false],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['::2', false],
  ['fe80::1', false],
  ['localhost', false],
  ['', false],
])('%s is loopback: %s', (address, is) => {
  expect(isLoopback(address)).toBe(is);
});

test('a line whose end is not known is not of this machine', () => {
  expect(isOfThisMachine({})).toBe(false);
  expect(isOfThisMachine({ remoteAddress: '10.0.0.7', localAddress: '10.0.0.7' })).toBe(true);
  expect(isOfThisMachine({ remoteAddress: '10.0.0.8', localAddress: '10.0.0.7' })).toBe(false);
});

const isProxy = networks(['127.0.0.1', '10.1.0.0/16', 'fd00::/8']);

test.each([
  ['who comes by no proxy is who it is', '192.0.2.1', undefined, '192.0.2.1'],
  ['whatever it says', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
  ['behind a proxy it is whom that heard', '127.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['not who that one claims to be', '127.0.0.1', '198.51.100.1, 192.0.2.1', '192.0.2.1'],
  ['behind two proxies', '::ffff:127.0.0.1', '198.51.100.1,192.0.2.1, 10.1.2.3', '192.0.2.1'],
  ['by a proxy in IPv6', 'fd12::1', '2001:db8::1', '2001:db8::1'],
  ['a proxy that says nothing is itself', '127.0.0.1', undefined, '127.0.0.1'],
  ['nonsense is not believed', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['a line without an end', undefined, '192.0.2.1', ''],
])('%s', (_what, remote, forwarded, client) => {
  expect(clientAddress(remote, forwarded, isProxy)).toBe(client);
});

import { describe, expect, test } from 'vitest';
import { brokerGuests } from '../../src/platform/broker-guests.ts';
import { hashDevicePassword } from '../../src/platform/device-password.ts';
import { isLoopback, isOfThisMachine } from '../../src/platform/peer.ts';

const password = (text: string) => new TextEncoder().encode(text);
const LOGGER = {
  id: 'one',
  siteId: 'pond',
  username: 'pond.logger',
  passwordHash: hashDevicePassword('secret'),
  topics: ['ponds/pond/+'],
};

describe('from another machine', () => {
  const guests = brokerGuests({ password: 'our-password', devicePassword: 'shared-password' });
  guests.admit([LOGGER]);
  const from = (user: string, given: string, isLocal = false) => {
    const guest = guests.signIn({ user, password: password(given), isLocal });
    return typeof guest === 'string' ? guest : guest.kind;
  };

  test('the shared user is refused though its password is right, and does not learn of it when it is wrong', () => {
    expect(from('instruments', 'shared-password')).toBe('shared-user-beyond');
    expect(from('instruments', 'shared-password', true)).toBe('shared');
    expect(from('instruments', 'wrong')).toBe('password');
  });

  test('devices and our own processes are let in', () => {
    expect([from('pond.logger', 'secret'), from('tailwatch', 'our-password')]).toEqual(['device', 'service']);
  });
});

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
])('%s is loopback: %s', (address, is) => {
  expect(isLoopback(address)).toBe(is);
});

test('a line whose end is not known is not of this machine', () => {
  expect(isOfThisMachine({})).toBe(false);
  expect(isOfThisMachine({ remoteAddress: '10.0.0.7', localAddress: '10.0.0.7' })).toBe(true);
  expect(isOfThisMachine({ remoteAddress: '10.0.0.8', localAddress: '10.0.0.7' })).toBe(false);
});

import { describe, expect, test } from 'vitest';
import { brokerGuests } from '../../src/platform/broker-guests.ts';
import { hashDevicePassword } from '../../src/platform/device-password.ts';

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

import { expect, it } from 'vitest';
import { bytesOf, registered } from '../../../adapters/modbus/registration-frame.ts';

const modem = (name: string, registration: { text: string } | { hex: string } | { pattern: string }) => ({
  name,
  registration,
});
const who = (modems: readonly ReturnType<typeof modem>[], came: string): string | undefined =>
  registered(modems, Buffer.from(came, 'latin1'))?.name;

it('a modem is known by its text or bytes, wherever they are in what comes first', () => {
  const modems = [modem('a', { text: 'DAM-1' }), modem('b', { hex: '0A 0b' })];
  expect(who(modems, 'DAM-1')).toBe('a');
  expect(who(modems, '\r\nREG:DAM-1\r\n')).toBe('a');
  expect(who(modems, 'x\n\v')).toBe('b');
  expect(who(modems, 'DAM-')).toBeUndefined();
});

it('of two that fit, the one that says more is meant', () => {
  const modems = [
    modem('one', { text: 'DAM-1' }),
    modem('twelve', { text: 'DAM-12' }),
    modem('any', { pattern: 'DAM' }),
  ];
  expect(who(modems, 'DAM-12')).toBe('twelve');
  expect(who(modems, 'DAM-1')).toBe('one');
  expect(who(modems, 'DAM-2')).toBe('any');
});

it('a pattern sees bytes as Latin-1, and what comes after the first 256 is nobody’s registration', () => {
  expect(who([modem('card', { pattern: '^\\xff8986\\d{4}$' })], 'ÿ89861234')).toBe('card');
  expect(who([modem('a', { text: 'DAM-1' })], `${'x'.repeat(256)}DAM-1`)).toBeUndefined();
});

it('bytes are written as text or as digits', () => {
  expect([...bytesOf({ text: 'AB' })]).toEqual([0x41, 0x42]);
  expect([...bytesOf({ hex: ' fe 0A' })]).toEqual([0xfe, 0x0a]);
});

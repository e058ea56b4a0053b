import { expect, it } from 'vitest';
import { AccountName } from '../../src/contract/session.ts';

it.each(['li', '王 小明', "O'Brien", 'duty officer 2'])('an account may be called %j', (name) => {
  expect(AccountName.parse(name)).toBe(name);
});

it.each([
  ['alert', 'a part of the service'],
  ['Ｎobody', 'a part of the service, in other letters'],
  ['command line, root', 'whoever owns the machine'],
  ['kiosk:wall', 'a screen'],
  ['li, approved by wang', 'two people'],
  ['li\u{200B}', 'another, with a letter that nobody sees'],
  ['\u{202E}il', 'another, read backwards'],
])('none is called %j: that is %s', (name) => {
  expect(AccountName.safeParse(name).success).toBe(false);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { holidaysOf, holidaysText, turnsOf, turnsText } from '../../dashboards/src/state/roster.ts';
import { RosterPlan } from '../../src/contract/roster.ts';

const people = [
  { contactId: 'li', name: { zh: '李', en: 'Li' }, duty: 'duty-officer', own: false },
  { contactId: 'wang', name: { zh: '王', en: 'Wang' }, duty: 'duty-officer', own: false },
];

test('turns are typed by name or id, a line each, with whatever comma there is', () => {
  expect(turnsOf('李，wang\n\n Li \n陌生人', { people })).toEqual([['li', 'wang'], ['li'], ['陌生人']]);
  expect(turnsOf(turnsText([['li', 'wang'], ['li']]), { people })).toEqual([['li', 'wang'], ['li']]);
});

test('the sample of holidays is taken as it is', () => {
  const text = readFileSync(new URL('../../config/rosters/holidays-cn-2026.txt', import.meta.url), 'utf8');
  const holidays = holidaysOf(text);
  expect(holidays).toHaveLength(33);
  expect(RosterPlan.shape.holidays.safeParse(holidays).error).toBeUndefined();
  expect(holidaysOf(holidaysText(holidays))).toEqual(holidays);
});

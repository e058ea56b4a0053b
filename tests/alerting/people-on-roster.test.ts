import { expect, test } from 'vitest';
import { maySettle } from '../../alerting/ladder.ts';
import { peopleOn } from '../../alerting/people-on.ts';
import { withPresentPeople } from '../../alerting/present-people.ts';
import { dutiesOf } from '../../alerting/present-roster.ts';
import type { CalloutPolicy, Contact, Duty } from '../../alerting/policy.ts';
import { EMPTY_ROSTER } from '../../alerting/roster/roster.ts';
import type { RosterContent } from '../../alerting/roster/roster.ts';
import { LONG_AGO, at, rotationOf } from './roster/roster-of.ts';
import { POLICY } from './story.ts';

const officer = (id: string, number: number): Contact => ({
  id,
  duty: 'duty-officer',
  name: { zh: id, en: id },
  phone: `+8610000000${String(number)}`,
});
const OFFICERS = [officer('li', 51), officer('wang', 52), officer('zhao', 53)];
const STORED: CalloutPolicy = { ...POLICY, contacts: OFFICERS };
const ROSTER: RosterContent = { ...EMPTY_ROSTER, rotations: [rotationOf()] };

const called = (policy: CalloutPolicy, wall: string) =>
  peopleOn({ policy, at: at(wall) }, { who: [{ duty: 'duty-officer' }] }).map(({ id }) => id);

test('without a roster, and before its first day, all who have the duty are called', () => {
  expect(called(STORED, '2026-07-02 12:00')).toEqual(['li', 'wang', 'zhao']);
  expect(called({ ...STORED, roster: ROSTER }, '2026-07-01 07:59')).toEqual(['li', 'wang', 'zhao']);
});

test('a callout under way at the hand-over calls who is on duty then', () => {
  const policy = withPresentPeople(STORED, { ...STORED, roster: ROSTER });
  expect(called(policy, '2026-07-02 07:59')).toEqual(['li']);
  expect(called(policy, '2026-07-02 08:00')).toEqual(['wang']);
});

test('an override made during a callout counts at once, also of somebody who was no contact when it began', () => {
  const newcomer = officer('chen', 54);
  const override = { id: 'o', rotationId: 'officers', people: ['chen'], reason: 'accident', made: LONG_AGO };
  const roster = {
    ...ROSTER,
    overrides: [{ ...override, from: at('2026-07-02 10:00'), to: at('2026-07-02 20:00') }],
  };
  const present = { ...STORED, contacts: [...OFFICERS, newcomer], roster };
  expect(called(withPresentPeople(STORED, present), '2026-07-02 12:00')).toEqual(['chen']);
});

test('whose only number is suspended is covered by the next', () => {
  const policy = { ...STORED, roster: ROSTER, suspended: [OFFICERS[0]?.phone ?? ''] };
  expect(called(policy, '2026-07-01 12:00')).toEqual(['wang']);
});

test('E9 where the roster has nobody, the rung is empty: it is stepped over, not waited for', () => {
  const roster = { ...ROSTER, rotations: [rotationOf({ until: '20:00' })] };
  expect(called({ ...STORED, roster }, '2026-07-02 23:00')).toEqual([]);
});

const engineer: Contact = { ...officer('chen', 54), duty: 'chief-engineer' };
const STANDING_IN: CalloutPolicy = {
  ...STORED,
  contacts: [...OFFICERS, engineer],
  roster: { ...ROSTER, rotations: [rotationOf({ turns: [['li'], ['chen']] })] },
};
const runOf = (level: 'yellow' | 'red', answeredBy: readonly Duty[]) => ({ level, answeredBy });

test('who takes turns at a duty answers for it, whatever his own is', () => {
  const yellow = runOf('yellow', ['duty-officer']);
  expect(maySettle(yellow, dutiesOf(STANDING_IN, 'chen'))).toBe(true);
  expect(maySettle(yellow, dutiesOf({ ...STANDING_IN, roster: undefined }, 'chen'))).toBe(false);
  expect(dutiesOf(STANDING_IN, 'nobody')).toEqual([]);
});

test('no roster makes anybody’s word settle red but the principal’s and the recorded deputies’', () => {
  const red = runOf('red', ['principal']);
  const rotations = [rotationOf({ duty: 'principal', turns: [['principal'], ['deputy'], ['chen']] })];
  const policy = { ...POLICY, contacts: [...POLICY.contacts, engineer], roster: { ...ROSTER, rotations } };
  const settling = policy.contacts.filter(({ id }) => maySettle(red, dutiesOf(policy, id))).map(({ id }) => id);
  expect(settling).toEqual(['deputy', 'principal']);
});

import { describe, expect, it } from 'vitest';
import { budgetFaults, plannedMoments } from '../../../alerting/budget/plan.ts';
import type { CalloutPolicy } from '../../../alerting/policy.ts';
import type { Absence, RosterContent } from '../../../alerting/roster/roster.ts';
import type { PlannedCarrier } from '../../../alerting/budget/plan.ts';
import { DAY, HOUR, MINUTE, instant, plus } from '../../../src/core/time.ts';
import { POLICY } from '../story.ts';

const AT = instant(Date.UTC(2026, 6, 4, 18, 10));
const ALIYUN = {
  perNumber: [
    { most: 1, withinMs: MINUTE },
    { most: 5, withinMs: HOUR },
    { most: 20, withinMs: DAY },
  ],
  keptForRed: 0.4,
};
const NONE = { perNumber: [], keptForRed: 0 };
const carrier = (
  name: string,
  limits: PlannedCarrier['limits'],
  media: PlannedCarrier['media'] = ['voice', 'sms'],
) => ({
  name,
  media,
  limits,
});
const brief = (carriers: readonly PlannedCarrier[]) =>
  budgetFaults(POLICY, carriers, AT).map(({ level, rung, contactId, medium, call, why }) =>
    [level, rung, contactId, medium, call, why].join(' '),
  );

it('a ladder within its carriers is no fault; without limits none ever is', () => {
  expect(brief([carrier('a', NONE)])).toEqual([]);
  expect(brief([carrier('a', ALIYUN), carrier('b', NONE)])).toEqual([]);
});

it('names level, rung and person of what a carrier does not let through, and the how-manieth call it is', () => {
  const faults = budgetFaults(POLICY, [carrier('a', ALIYUN)], AT);
  const officer = faults.find(({ level, contactId }) => level === 'orange' && contactId === 'officer');
  expect(officer).toMatchObject({ rung: 1, medium: 'voice', why: 'over-limit' });
  // Three of five an hour are left to what is not red: one message and two calls before.
  expect(officer?.call).toBe(3);
  expect(officer?.afterSeconds).toBeLessThan(3_600);
});

it('has more room for red than for what is milder', () => {
  const faults = budgetFaults(POLICY, [carrier('a', ALIYUN)], AT);
  const principal = faults.find(({ level, contactId }) => level === 'red' && contactId === 'principal');
  expect(principal?.call).toBe(6);
});

it('a medium that no carrier has reaches nobody', () => {
  expect(brief([carrier('a', NONE, ['voice'])]).every((fault) => fault.endsWith('sms 1 no-carrier'))).toBe(true);
  expect(brief([carrier('a', NONE, ['voice'])])).not.toEqual([]);
});

describe('E10 what is walked of a roster', () => {
  const rostered = (more: Partial<RosterContent>): CalloutPolicy => ({
    ...POLICY,
    ladders: {
      red: {
        answeredBy: ['principal'],
        rungs: [
          {
            who: [{ duty: 'duty-officer' }],
            media: ['voice'],
            everyone: false,
            answerWithinMs: MINUTE,
            attempts: 1,
            attemptEveryMs: MINUTE,
          },
        ],
      },
    },
    roster: {
      rotations: [
        {
          id: 'officers',
          name: 'officers',
          duty: 'duty-officer',
          pattern: { kind: 'daily' },
          handOver: '08:00',
          firstDay: '2026-01-01',
          turns: [['officer']],
        },
      ],
      holidays: [],
      overrides: [],
      swaps: [],
      absences: [],
      accounts: {},
      ...more,
    },
  });

  it('without a roster only now', () => {
    expect(plannedMoments(POLICY, AT)).toEqual([AT]);
  });

  it('a roster that never changes is one kind of night', () => {
    expect(plannedMoments(rostered({}), AT)).toEqual([AT]);
  });

  it('a holiday with other turns is walked too, where other numbers of people are on duty then', () => {
    const rotations = rostered({}).roster?.rotations.map((one) => ({
      ...one,
      holidayTurns: [['officer', 'engineer']],
    }));
    const holidays = [{ date: '2026-07-10', name: 'a holiday' }];
    const [, holiday, ...more] = plannedMoments(rostered({ ...(rotations && { rotations }), holidays }), AT);
    expect(holiday).toBe(Date.UTC(2026, 6, 10, 6));
    expect(more).toEqual([]);
  });

  it('a gap is walked, at its first night', () => {
    const absence: Absence = {
      id: 'leave',
      contactId: 'officer',
      from: plus(AT, DAY),
      to: plus(AT, 3 * DAY),
      reason: 'ill',
      made: { by: 'officer', at: AT },
    };
    const [, gap, ...more] = plannedMoments(rostered({ absences: [absence] }), AT);
    expect(gap).toBeGreaterThanOrEqual(AT + DAY);
    expect(gap).toBeLessThan(AT + 2 * DAY);
    expect(more).toEqual([]);
  });
});

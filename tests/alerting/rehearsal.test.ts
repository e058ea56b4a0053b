import { describe, expect, it } from 'vitest';
import { rehearse } from '../../alerting/rehearsal.ts';
import type { Rehearsal, Supposed } from '../../alerting/rehearsal.ts';
import { HOUR, MINUTE, SECOND, instant } from '../../src/core/time.ts';
import { POLICY, START } from './story.ts';

const supposed = (over: Partial<Supposed> = {}): Supposed => ({
  target: 'level',
  level: 'red',
  value: 338.95,
  limit: 338.89,
  at: START,
  lastsMs: 5 * MINUTE,
  answers: [],
  ...over,
});
const lines = ({ calls }: Rehearsal) =>
  calls.map(({ at, contactId, medium, level, ended }) =>
    [(at - START) / SECOND, contactId, medium, level, ended?.outcome ?? 'rings'].join(' '),
  );

describe('a rehearsal', () => {
  it('is the timetable of a night in which nobody answers', () => {
    const night = rehearse(POLICY, supposed({ lastsMs: 2 * MINUTE }));
    expect(lines(night)).toEqual([
      '0 principal voice red no-answer',
      '0 officer voice orange no-answer',
      '0 room sms yellow rings',
      '45 deputy voice red no-answer',
      '45 engineer voice orange no-answer',
      '105 principal voice red rings',
      '105 officer voice orange rings',
    ]);
    expect(night.phase).toBe('calling');
  });

  it('ends where those have answered who may', () => {
    const night = rehearse(POLICY, supposed({ answers: ['deputy', 'engineer', 'room'], lastsMs: 4 * MINUTE }));
    const [first] = lines(night);
    expect(first).toBe('0 principal voice red no-answer');
    expect(lines(night)).toContain('45 deputy voice red confirmed');
    expect(night.notes.some(({ type }) => type === 'answered')).toBe(true);
    expect(night.phase).not.toBe('calling');
  });

  it('calls at the times at which the very same reducer calls when it is told the same', () => {
    const [first, second] = [supposed(), supposed({ at: instant(START + HOUR) })].map((each) => rehearse(POLICY, each));
    const times = (one: Rehearsal | undefined, from: number) => one?.calls.map(({ at }) => at - from);
    expect(times(first, START)).toEqual(times(second, START + HOUR));
  });

  it('says so where nobody is called for a level', () => {
    expect(rehearse(POLICY, supposed({ level: 'blue' }))).toMatchObject({ calls: [], phase: 'none' });
  });

  it('is cut where nobody would read on', () => {
    const night = rehearse(POLICY, supposed({ lastsMs: 100 * HOUR }));
    expect(night).toMatchObject({ isCut: true });
    expect(night.calls.length).toBeLessThan(1_010);
  });
});

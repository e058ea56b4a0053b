import { expect, test } from 'vitest';
import { StartDrill } from '../../src/contract/drills.ts';
import { PressEvacuation } from '../../src/contract/evacuation.ts';

const drills = (scenario: string) => StartDrill.safeParse({ level: 'red', scenario }).success;
const tells = (drill: boolean, more: string) => PressEvacuation.safeParse({ groups: ['village'], drill, more }).success;

test.each(['这不是演练，立即撤离', '溃坝，并非 演练', '非演习', 'This is NOT a drill', 'no  drill'])(
  'within a drill nobody says %j',
  (text) => {
    expect([drills(text), tells(true, text)]).toEqual([false, false]);
    expect(tells(false, text)).toBe(true);
  },
);

test.each(['三号断面管涌', '演练：真实降雨 80 mm/h', 'piping at section 3, as in the last drill'])(
  'but %j may be supposed',
  (text) => {
    expect([drills(text), tells(true, text)]).toEqual([true, true]);
  },
);

test.each([1e300, -1, 0.5])('none is planned for %d, which no calendar has', (plannedFor) => {
  expect(StartDrill.safeParse({ level: 'red', plannedFor }).success).toBe(false);
});

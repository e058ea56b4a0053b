import { expect, it } from 'vitest';
import { admit } from '../../ingest/admit.ts';
import { firstSight } from '../../rules/visibility.ts';
import { judgement } from '../../src/app/judgement.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { NOON, SENSOR, sample } from '../ingest/sample-of.ts';

const at = (minute: number) => instant(NOON + minute * MINUTE);
const opened = () => judgement(new Map([[7, { sensor: SENSOR, sight: firstSight(SENSOR), rules: [] }]]), NOON);

const take = (judge: ReturnType<typeof opened>, minute: number, isBad: boolean) => {
  const given = sample(minute, 338, {
    receivedAt: at(minute),
    ...(isBad && { doubt: { quality: 'bad', why: 'sensor-fault' } }),
  });
  const before = { judgedUpTo: instant(-Infinity), past: null, maintenance: [], isConflict: false };
  const verdict = judge.judge([admit(SENSOR, given, before)]);
  verdict.adopt();
  return verdict.visibilityChanges.map(({ visibility, cause }) => `${visibility}: ${cause}`);
};
const tick = (judge: ReturnType<typeof opened>, minute: number) => {
  const verdict = judge.tick(at(minute), true);
  verdict.adopt();
  return verdict.visibilityChanges.map(({ visibility, cause }) => `${visibility}: ${cause}`);
};

it('a device that says nothing but bad is doubtful at once and blind in the end, and a number brings it back', () => {
  const judge = opened();
  expect(take(judge, 0, false)).toEqual([]);
  expect(take(judge, 5, true)).toEqual(['doubtful: doubtful-reading']);
  expect(take(judge, 10, true)).toEqual([]);
  expect(tick(judge, 16)).toEqual(['blind: missed-intervals']);
  expect(take(judge, 20, true)).toEqual([]);
  expect(tick(judge, 21)).toEqual([]);
  expect(take(judge, 25, false)).toEqual(['seen: data-returned']);
});

import { describe, expect, it } from 'vitest';
import { admit } from '../../ingest/admit.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { NOON, SENSOR, sample } from './sample-of.ts';

const at = (minute: number) => instant(NOON + minute * MINUTE);
const before = { judgedUpTo: instant(-Infinity), past: null, maintenance: [], isConflict: false };
const maintained = { ...before, maintenance: [{ from: at(-30), until: at(-10) }] };
/** [sample, what went before, quality, flags, when it is judged in minutes from noon; null: it is not] */
const rows: Record<
  string,
  readonly [Parameters<typeof admit>[1], Parameters<typeof admit>[2], string, string[], number | null]
> = {
  'a good one is judged when it was measured': [sample(-1), before, 'good', [], -1],
  'the ends of the range are in it': [sample(-1, 345), before, 'good', [], -1],
  'what its device calls bad has no number, whatever it says': [
    sample(-1, 344, { doubt: { quality: 'bad', why: 'sensor-fault' } }),
    before,
    'doubtful',
    ['sensor-fault'],
    -1,
  ],
  'what its device calls uncertain is doubtful and judged': [
    sample(-1, 338, { doubt: { quality: 'uncertain', why: 'last-known' } }),
    before,
    'doubtful',
    ['last-known'],
    -1,
  ],
  'A8 a clock was ahead when the line heard it, however long it waited in a spool': [
    sample(-100, 338, { acquiredAt: at(-110) }),
    before,
    'doubtful',
    ['clock-ahead'],
    0,
  ],
  'above the range it is doubtful and judged': [sample(-1, 345.01), before, 'doubtful', ['out-of-range'], -1],
  'below the range it is doubtful and judged': [sample(-1, -9999), before, 'doubtful', ['out-of-range'], -1],
  'a clock five minutes ahead is believed': [sample(5), before, 'good', [], 5],
  'a clock further ahead is not: judged on arrival': [sample(5.01), before, 'doubtful', ['clock-ahead'], 0],
  'a time before the installation: judged on arrival': [
    sample(0, 338, { observedAt: instant(0) }),
    before,
    'doubtful',
    ['before-installation'],
    0,
  ],
  'not newer than the last judged: stored late, not judged': [
    sample(-1),
    { ...before, judgedUpTo: at(-1) },
    'good',
    ['late'],
    null,
  ],
  'late and out of range: not judged': [
    sample(-1, 400),
    { ...before, judgedUpTo: at(0) },
    'doubtful',
    ['out-of-range', 'late'],
    null,
  ],
  'a second value for an instant is judged on arrival': [
    sample(-1),
    { ...before, judgedUpTo: at(-1), isConflict: true },
    'doubtful',
    ['conflict'],
    0,
  ],
  'while its point is worked on it is marked and not judged': [sample(-30), maintained, 'good', ['maintenance'], null],
  'whatever it is then, it is no doubt about the point': [
    sample(-11, 400),
    maintained,
    'good',
    ['out-of-range', 'maintenance'],
    null,
  ],
  'the end of the work belongs to it no more': [sample(-10), maintained, 'good', [], -10],
  'A8 a wrong clock tells nothing of the work: the arrival does': [
    sample(0, 338, { observedAt: instant(0), receivedAt: at(-20) }),
    maintained,
    'good',
    ['before-installation', 'maintenance'],
    null,
  ],
};

describe('a sample becomes a reading', () => {
  it.each(Object.entries(rows))('%s', (_name, [given, circumstances, quality, flags, minute]) => {
    const { reading, judgedAt } = admit(SENSOR, given, circumstances);
    expect(reading).toEqual({
      sensorId: 7,
      version: 0,
      observedAt: given.observedAt,
      receivedAt: given.receivedAt,
      value: given.doubt?.quality === 'bad' ? null : given.value,
      quality,
      flags,
    });
    expect(judgedAt).toBe(minute === null ? null : at(minute));
  });

  it('judges a burst with a broken clock, all of it, though all arrive at once and after true times', () => {
    const burst = [60, 61].map((minute) => admit(SENSOR, sample(minute), { ...before, judgedUpTo: at(4) }));
    expect(burst.map(({ judgedAt, onArrival }) => [judgedAt, onArrival])).toEqual([
      [NOON, true],
      [NOON, true],
    ]);
  });
});

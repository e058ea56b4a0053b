import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { losesLastEye } from '../../rules/eyes.ts';
import type { Watcher } from '../../rules/eyes.ts';
import { VISIBILITIES } from '../../src/core/visibility.ts';

const eye = (watches: string, ...points: readonly string[]): Watcher => ({
  watches,
  guarded: true,
  visibility: 'seen',
  points,
});
const NOBODY: ReadonlySet<string> = new Set();

describe('the last eye of a section', () => {
  test.each<[string, string, readonly Watcher[], readonly string[], readonly string[]]>([
    ['the only one', 'p1', [eye('A', 'p1')], [], ['A']],
    ['one of two', 'p1', [eye('A', 'p1'), eye('A', 'p2')], [], []],
    ['one of two in two sections', 'p1', [eye('A', 'p1'), eye('B', 'p2')], [], ['A']],
    ['a point of two sensors, both of the section', 'p1', [eye('A', 'p1'), eye('A', 'p1')], [], ['A']],
    ['a point that several sections look through', 'p1', [eye('A', 'p1'), eye('B', 'p1')], [], ['A', 'B']],
    ['the other is being worked on', 'p1', [eye('A', 'p1'), eye('A', 'p2')], ['p2'], ['A']],
    ['the other is blind', 'p1', [eye('A', 'p1'), { ...eye('A', 'p2'), visibility: 'blind' }], [], ['A']],
    [
      'the other is doubtful: it may still raise',
      'p1',
      [eye('A', 'p1'), { ...eye('A', 'p2'), visibility: 'doubtful' }],
      [],
      [],
    ],
    ['the other calls nobody', 'p1', [eye('A', 'p1'), { ...eye('A', 'p2'), guarded: false }], [], ['A']],
    ['itself blind: what is mended was no eye', 'p1', [{ ...eye('A', 'p1'), visibility: 'blind' }], [], []],
    ['itself calls nobody', 'p1', [{ ...eye('A', 'p1'), guarded: false }], [], []],
    [
      'both derived from what is worked on',
      'gauge',
      [eye('A', 'beach', 'gauge'), eye('A', 'depth', 'gauge')],
      [],
      ['A'],
    ],
    ['one of them not', 'gauge', [eye('A', 'beach', 'gauge'), eye('A', 'depth', 'well')], [], []],
    [
      'the other derived from what is worked on already',
      'p1',
      [eye('A', 'p1'), eye('A', 'depth', 'well')],
      ['well'],
      ['A'],
    ],
    ['a point that nothing is guarded by', 'p9', [eye('A', 'p1')], [], []],
    ['work on the point itself goes on', 'p1', [eye('A', 'p1')], ['p1'], []],
  ])('%s', (_name, point, watchers, inMaintenance, lost) => {
    expect(losesLastEye(point, watchers, new Set(inMaintenance))).toEqual(lost);
  });

  const watchers = fc.array(
    fc.record({
      watches: fc.constantFrom('A', 'B', 'rainfall'),
      guarded: fc.boolean(),
      visibility: fc.constantFrom(...VISIBILITIES),
      points: fc.uniqueArray(fc.constantFrom('p1', 'p2', 'p3', 'p4'), { minLength: 1 }),
    }),
    { maxLength: 8 },
  );

  it('whatever points are asked for in whatever order, those that are let in leave every section an eye it had', () => {
    fc.assert(
      fc.property(watchers, fc.shuffledSubarray(['p1', 'p2', 'p3', 'p4']), (all, asked) => {
        const inMaintenance = new Set<string>();
        for (const point of asked) {
          if (losesLastEye(point, all, inMaintenance).length === 0) inMaintenance.add(point);
        }
        const seeing = (resting: ReadonlySet<string>) =>
          new Set(
            all
              .filter(({ guarded, visibility }) => guarded && visibility !== 'blind')
              .filter(({ points }) => points.every((point) => !resting.has(point)))
              .map(({ watches }) => watches),
          );
        expect(seeing(inMaintenance)).toEqual(seeing(NOBODY));
      }),
    );
  });
});

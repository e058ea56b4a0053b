import { describe, expect, it } from 'vitest';
import { throughFaults } from '../../simulators/instruments/faults.ts';
import type { Fault, Held, Measurement } from '../../simulators/instruments/faults.ts';
import { HOUR, instant } from '../../src/core/time.ts';

const T0 = Date.UTC(2026, 6, 1);

/** What comes through at each hour from 0 to 4 of a logger whose `a` counts 0, 10, 20 … and `b` 1, 11, 21 …. */
function through(fault: Fault, device = 'box'): (Measurement | undefined)[] {
  let held: Held = new Map();
  return [0, 1, 2, 3, 4].map((hour) => {
    const values = { a: 10 * hour, b: 10 * hour + 1 };
    const moment = { at: hour * HOUR, before: (hour - 1) * HOUR, speed: 60 };
    const result = throughFaults([fault], { device, observedAt: instant(T0 + hour * HOUR), values }, moment, held);
    held = result.held;
    return result.come;
  });
}

const ofA = (fault: Fault) =>
  through(fault).map((come) => (come === undefined ? 'nothing' : (come.values['a'] ?? null)));
const LASTS = { from: 1, until: 3 };

describe('what goes wrong with an instrument', () => {
  it.each<[string, Fault, (number | string | null)[]]>([
    ['stuck: its last value again and again', { kind: 'stuck', codes: ['a'], ...LASTS }, [0, 10, 10, 30, 40]],
    ['a spike is one reading', { kind: 'spike', codes: ['a'], by: -100, ...LASTS }, [0, -90, 20, 30, 40]],
    ['a gap: null while its cable is out', { kind: 'gap', codes: ['a'], ...LASTS }, [0, null, null, 30, 40]],
    [
      'destroyed: one extreme value, then nothing',
      { kind: 'destroyed', codes: ['a'], value: 9, ...LASTS },
      [0, 9, null, 30, 40],
    ],
    ['swapped wires: the other’s values', { kind: 'swapped', codes: ['a', 'b'], ...LASTS }, [0, 11, 21, 30, 40]],
    [
      'a dead modem: the whole logger is silent',
      { kind: 'dead-modem', device: 'box', ...LASTS },
      [0, 'nothing', 'nothing', 30, 40],
    ],
    ['a dead modem of another logger', { kind: 'dead-modem', device: 'other', ...LASTS }, [0, 10, 20, 30, 40]],
  ])('%s', (_name, fault, seen) => {
    expect(ofA(fault)).toEqual(seen);
  });

  it('touches nothing else of its logger', () => {
    for (const kind of ['stuck', 'gap'] as const)
      expect(through({ kind, codes: ['a'], ...LASTS }).map((come) => come?.values['b'])).toEqual([1, 11, 21, 31, 41]);
  });

  it('a clock that was reset counts real time from its own beginning', () => {
    const times = through({ kind: 'clock-reset', device: 'box', ...LASTS }).map((come) => come?.observedAt ?? NaN);
    const first = Date.UTC(2000, 0, 1);
    expect(times).toEqual([T0, first, first + HOUR / 60, T0 + 3 * HOUR, T0 + 4 * HOUR]);
  });
});

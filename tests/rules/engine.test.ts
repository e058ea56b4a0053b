import { describe, expect, it } from 'vitest';
import { initialRuleState, step } from '../../rules/engine.ts';
import type { Rule } from '../../rules/rule.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { POND, judge, mirroredReading, mirroredRule } from './rule-log.ts';

/** Each line: minute, water level in m, the level that follows from it ('' when nothing changes), 'doubtful' if it is. */
type Line = readonly [minute: number, value: number, becomes: string, doubtful?: 'doubtful'];
type Story = readonly [name: string, rule: Rule, lines: readonly Line[]];

const AT_ONCE = POND;
const ON_15_MIN: Rule = { ...POND, onDelayMs: 15 * MINUTE };
const OFF_10_MIN: Rule = { ...POND, offDelayMs: 10 * MINUTE };

const stories: readonly Story[] = [
  [
    'rises through every level as the water does',
    AT_ONCE,
    [
      [0, 338.22, ''],
      [5, 338.7, 'blue'],
      [10, 338.79, ''],
      [15, 338.8, 'yellow'],
      [20, 338.86, 'orange'],
      [25, 338.89, 'red'],
      [30, 340, ''],
    ],
  ],
  [
    'jumps at once to the gravest level reached',
    AT_ONCE,
    [
      [0, 338.22, ''],
      [5, 339, 'red'],
    ],
  ],
  [
    'R9 water that trembles on a limit raises one level, not fifty',
    AT_ONCE,
    [
      [0, 338.89, 'red'],
      [5, 338.88, ''],
      [10, 338.89, ''],
      [15, 338.87, ''],
      [20, 338.89, ''],
      [25, 338.86, 'orange'],
      [30, 338.89, 'red'],
    ],
  ],
  [
    'R11 steps down level by level, one a reading when there is no delay',
    AT_ONCE,
    [
      [0, 339, 'red'],
      [5, 338.2, 'orange'],
      [10, 338.2, 'yellow'],
      [15, 338.2, 'blue'],
      [20, 338.2, 'normal'],
      [25, 338.2, ''],
    ],
  ],
  [
    'R11 each single step down has its own off-delay',
    OFF_10_MIN,
    [
      [0, 338.86, 'orange'],
      [5, 338.2, ''],
      [10, 338.2, ''],
      [15, 338.2, 'yellow'],
      [20, 338.2, ''],
      [25, 338.2, 'blue'],
      [30, 338.2, ''],
      [35, 338.2, 'normal'],
    ],
  ],
  [
    'R11 stops stepping down at the level that still holds',
    OFF_10_MIN,
    [
      [0, 339, 'red'],
      [5, 338.81, ''],
      [15, 338.81, 'orange'],
      [25, 338.81, 'yellow'],
      [35, 338.81, ''],
      [95, 338.81, ''],
    ],
  ],
  [
    'a fall that is interrupted starts its delay again',
    OFF_10_MIN,
    [
      [0, 338.7, 'blue'],
      [5, 338.6, ''],
      [10, 338.69, ''],
      [15, 338.6, ''],
      [20, 338.6, ''],
      [25, 338.6, 'normal'],
    ],
  ],
  [
    'waits out the on-delay, in observed time',
    ON_15_MIN,
    [
      [0, 338.7, ''],
      [5, 338.71, ''],
      [10, 338.7, ''],
      [15, 338.7, 'blue'],
    ],
  ],
  [
    'a rise that is interrupted starts its delay again',
    ON_15_MIN,
    [
      [0, 338.7, ''],
      [5, 338.71, ''],
      [10, 338.69, ''],
      [15, 338.7, ''],
      [20, 338.7, ''],
      [25, 338.7, ''],
      [30, 338.7, 'blue'],
    ],
  ],
  [
    'each level has an on-delay of its own',
    ON_15_MIN,
    [
      [0, 338.7, ''],
      [5, 338.8, ''],
      [10, 338.86, ''],
      [15, 338.89, 'blue'],
      [20, 338.89, 'yellow'],
      [25, 338.88, 'orange'],
      [30, 338.9, ''],
      [45, 338.9, 'red'],
    ],
  ],
  [
    'a delay below the interval asks for one reading',
    { ...POND, onDelayMs: 4 * MINUTE, offDelayMs: 4 * MINUTE },
    [
      [0, 338.7, 'blue'],
      [5, 338.6, 'normal'],
    ],
  ],
  [
    'a delay of one interval asks for two readings',
    { ...POND, onDelayMs: 5 * MINUTE, offDelayMs: 5 * MINUTE },
    [
      [0, 338.7, ''],
      [5, 338.7, 'blue'],
      [10, 338.6, ''],
      [15, 338.6, 'normal'],
    ],
  ],
  [
    'R1 a delay does not run out inside a gap of the data',
    ON_15_MIN,
    [
      [0, 338.7, ''],
      [120, 338.7, ''],
      [125, 338.7, ''],
      [130, 338.7, 'blue'],
    ],
  ],
  [
    'R1 up to three intervals between readings are no gap',
    ON_15_MIN,
    [
      [0, 338.7, ''],
      [15, 338.7, 'blue'],
    ],
  ],
  [
    'R13 silence lowers nothing: an off-delay does not run out in it',
    { ...POND, offDelayMs: 20 * MINUTE },
    [
      [0, 338.89, 'red'],
      [5, 338.2, ''],
      [305, 338.2, ''],
      [605, 338.2, ''],
      [610, 338.2, ''],
      [615, 338.2, 'orange'],
    ],
  ],
  [
    'a doubtful reading may raise: an extreme value, then silence, is a destroyed instrument',
    AT_ONCE,
    [
      [0, 338.22, ''],
      [5, 999, 'red', 'doubtful'],
    ],
  ],
  [
    'a doubtful reading never lowers, not even one that would end a fall',
    OFF_10_MIN,
    [
      [0, 338.89, 'red'],
      [5, 330, '', 'doubtful'],
      [10, 330, '', 'doubtful'],
      [15, 330, '', 'doubtful'],
      [20, 338.2, ''],
      [25, 338.2, ''],
      [30, 330, '', 'doubtful'],
      [31, 338.2, 'orange'],
    ],
  ],
  [
    'a doubtful reading past the limit restarts a fall',
    OFF_10_MIN,
    [
      [0, 338.7, 'blue'],
      [5, 338.2, ''],
      [10, 338.7, '', 'doubtful'],
      [15, 338.2, ''],
      [20, 338.2, ''],
      [25, 338.2, 'normal'],
    ],
  ],
  [
    'a doubtful reading does not stop a rise that goes on around it',
    ON_15_MIN,
    [
      [0, 338.7, ''],
      [5, 330, '', 'doubtful'],
      [10, 338.7, ''],
      [15, 338.7, 'blue'],
    ],
  ],
  [
    'what a doubtful reading raised is lowered by good ones as any other',
    AT_ONCE,
    [
      [0, 999, 'red', 'doubtful'],
      [5, 338.8, 'orange'],
      [10, 338.8, 'yellow'],
      [15, 338.8, ''],
    ],
  ],
  [
    'levels without a limit are passed over in both directions',
    { ...POND, limits: { blue: 338.7, red: 338.89 } },
    [
      [0, 338.88, 'blue'],
      [5, 338.89, 'red'],
      [10, 338.2, 'blue'],
      [15, 338.2, 'normal'],
    ],
  ],
  [
    'a reading that comes twice, or late, counts once',
    OFF_10_MIN,
    [
      [0, 338.86, 'orange'],
      [0, 338.86, ''],
      [5, 338.2, ''],
      [5, 338.2, ''],
      [15, 338.2, 'yellow'],
      [15, 338.2, ''],
      [0, 338.2, ''],
      [25, 338.2, 'blue'],
    ],
  ],
];

const readings = (lines: readonly Line[]) =>
  lines.map(([minute, value, , doubtful]) => ({
    at: instant(minute * MINUTE),
    value,
    doubtful: doubtful === 'doubtful',
  }));

function told(rule: Rule, lines: readonly Line[], sign: 1 | -1): Line[] {
  let state = initialRuleState;
  return readings(lines).map((reading, i) => {
    const { next, change } = step(rule, state, sign === 1 ? reading : mirroredReading(reading));
    state = next;
    const [minute, value, , ...more] = lines[i] as Line;
    return [minute, value, change?.to ?? '', ...more];
  });
}

describe('rising is worse', () => {
  it.each(stories)('%s', (_name, rule, lines) => {
    expect(told(rule, lines, 1)).toEqual(lines);
  });
});

describe('R10 falling is worse: the same stories upside down', () => {
  it.each(stories)('%s', (_name, rule, lines) => {
    expect(told(mirroredRule(rule), lines, -1)).toEqual(lines);
  });
});

describe('a level change', () => {
  it('says what decided it: the value, the limit reached or left, and why', () => {
    const { log } = judge(
      POND,
      readings([
        [0, 338.88, 'orange'],
        [5, 400, 'red', 'doubtful'],
        [10, 338.2, 'orange'],
      ]),
    );
    expect(log).toEqual([
      {
        siteId: 'pond',
        target: 'pond/level',
        sensorId: 7,
        stateVersion: 1,
        from: 'normal',
        to: 'orange',
        observedAt: 0,
        value: 338.88,
        limit: 338.86,
        cause: 'reached',
      },
      {
        siteId: 'pond',
        target: 'pond/level',
        sensorId: 7,
        stateVersion: 2,
        from: 'orange',
        to: 'red',
        observedAt: 5 * MINUTE,
        value: 400,
        limit: 338.89,
        cause: 'reached-doubtful',
      },
      {
        siteId: 'pond',
        target: 'pond/level',
        sensorId: 7,
        stateVersion: 3,
        from: 'red',
        to: 'orange',
        observedAt: 10 * MINUTE,
        value: 338.2,
        limit: 338.89,
        cause: 'receded',
      },
    ]);
  });

  it('a state that nothing changed is the same object: there is nothing to store', () => {
    const { next } = step(POND, initialRuleState, { at: instant(0), value: 338.22, doubtful: false });
    expect(next).toBe(initialRuleState);
  });
});

describe('R6 an edited rule', () => {
  it('goes on from its level, its version and its running delay', () => {
    const { state } = judge(
      ON_15_MIN,
      readings([
        [0, 338.7, ''],
        [5, 338.7, ''],
        [10, 338.7, ''],
      ]),
    );
    const edited = { ...ON_15_MIN, limits: { ...ON_15_MIN.limits, blue: 338.65, red: 339 }, configVersion: 2 };
    expect(judge(edited, readings([[15, 338.7, '']]), state).log).toMatchObject([{ to: 'blue', stateVersion: 1 }]);
  });

  it('that raises its limits keeps the level until readings have left it', () => {
    const { state } = judge(POND, readings([[0, 338.89, 'red']]));
    const edited = { ...POND, limits: { blue: 339, yellow: 340, orange: 341, red: 342 } };
    const { log } = judge(
      edited,
      readings([
        [5, 338.89, 'orange'],
        [10, 338.89, 'yellow'],
      ]),
      state,
    );
    expect(log.map(({ from, to }) => `${from} ${to}`)).toEqual(['red orange', 'orange yellow']);
  });

  it('that loses the limit of the level it stands at leaves it by the off-delay, never by the edit', () => {
    const { state } = judge(OFF_10_MIN, readings([[0, 338.87, 'orange']]));
    const edited = { ...OFF_10_MIN, limits: { yellow: 338.8, red: 338.89 } };
    const { log } = judge(
      edited,
      readings([
        [5, 338.87, ''],
        [10, 338.87, ''],
        [15, 338.87, 'yellow'],
        [30, 338.87, ''],
      ]),
      state,
    );
    expect(log).toMatchObject([{ from: 'orange', to: 'yellow', limit: 338.89, observedAt: 15 * MINUTE }]);
  });

  it('drops the delay of a level that lost its limit', () => {
    const { state } = judge(ON_15_MIN, readings([[0, 338.8, '']]));
    const edited = { ...ON_15_MIN, limits: { blue: 338.7 } };
    expect(judge(edited, readings([[5, 338.8, '']]), state).state.pending.rises).toEqual({
      blue: { heldMs: 5 * MINUTE, at: 5 * MINUTE },
    });
  });
});

describe('R15 what is not a number', () => {
  it.each([null, undefined, Number.NaN, Infinity, -Infinity, '338.89', true])(
    '%s is refused, never compared',
    (value) => {
      const reading = { at: instant(0), value: value as number, doubtful: false };
      for (const rule of [POND, mirroredRule(POND)])
        expect(() => step(rule, initialRuleState, reading)).toThrow(TypeError);
    },
  );
});

import type { Rule } from '../../rules/rule.ts';
import { MINUTE } from '../../src/core/time.ts';
import { POND } from './rule-log.ts';

/** Each line: minute, water level in m, what follows from it ('' when nothing changes), 'doubtful' if it is. */
export type Line = readonly [minute: number, value: number, becomes: string, doubtful?: 'doubtful'];
export type Story = readonly [name: string, rule: Rule, lines: readonly Line[]];

export const AT_ONCE = POND;
export const ON_15_MIN: Rule = { ...POND, onDelayMs: 15 * MINUTE };
export const OFF_10_MIN: Rule = { ...POND, offDelayMs: 10 * MINUTE };

export const stories: readonly Story[] = [
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
    'a rise ends a fall that was running',
    OFF_10_MIN,
    [
      [0, 338.86, 'orange'],
      [5, 338.2, ''],
      [10, 338.89, 'red'],
      [15, 338.2, ''],
      [20, 338.2, ''],
      [25, 338.2, 'orange'],
    ],
  ],
  [
    'the reading that ends one step down begins the next only if it is back past that limit too',
    OFF_10_MIN,
    [
      [0, 338.89, 'red'],
      [5, 338.85, ''],
      [15, 338.85, 'orange'],
      [20, 338.2, ''],
      [25, 338.2, ''],
      [30, 338.2, 'yellow'],
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

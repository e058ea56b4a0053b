import { AT_ONCE, OFF_10_MIN, ON_15_MIN } from './level-stories.ts';
import type { Story } from './level-stories.ts';

/** What doubtful readings do: `red unverified` shows and calls nobody, `red verified` is the same level confirmed. */
export const doubtStories: readonly Story[] = [
  [
    'a doubtful reading may raise: an extreme value, then silence, is a destroyed instrument',
    AT_ONCE,
    [
      [0, 338.22, ''],
      [5, 999, 'red unverified', 'doubtful'],
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
    'a doubtful reading takes no step down that the next good one would take',
    AT_ONCE,
    [
      [0, 339, 'red'],
      [5, 338.2, 'orange'],
      [10, 330, '', 'doubtful'],
      [15, 338.2, 'yellow'],
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
    'red on the word of one doubtful reading is what it was before, as soon as a good one says so',
    OFF_10_MIN,
    [
      [0, 338.7, 'blue'],
      [5, 999, 'red unverified', 'doubtful'],
      [10, 338.75, 'blue'],
      [15, 338.75, ''],
    ],
  ],
  [
    'red on the word of one doubtful reading gives way to the level that a good one reaches',
    OFF_10_MIN,
    [
      [0, 999, 'red unverified', 'doubtful'],
      [5, 338.8, 'yellow'],
      [10, 338.8, ''],
    ],
  ],
  [
    'what is said again and again is not denied for ever: the third time within an hour it is verified',
    AT_ONCE,
    [
      [0, 999, 'red unverified', 'doubtful'],
      [5, 338, 'normal'],
      [10, 999, 'red unverified', 'doubtful'],
      [15, 338, 'normal'],
      [20, 999, 'red', 'doubtful'],
      [25, 338, 'orange'],
    ],
  ],
  [
    'what is said now and then over hours is denied each time',
    AT_ONCE,
    [
      [0, 999, 'red unverified', 'doubtful'],
      [5, 338, 'normal'],
      [60, 999, 'red unverified', 'doubtful'],
      [65, 338, 'normal'],
      [125, 999, 'red unverified', 'doubtful'],
      [130, 338, 'normal'],
    ],
  ],
  [
    'a second reading confirms it, a good one or a doubtful one, also when it is one level milder',
    AT_ONCE,
    [
      [0, 999, 'red unverified', 'doubtful'],
      [5, 338.9, 'red verified'],
      [10, 999, '', 'doubtful'],
      [15, 338.7, 'orange'],
      [20, 338.7, 'yellow'],
      [25, 338.7, 'blue'],
      [30, 338.87, 'orange unverified', 'doubtful'],
      [35, 338.87, 'orange verified', 'doubtful'],
      [40, 338.2, 'yellow'],
      [45, 338.2, 'blue'],
      [50, 338.2, 'normal'],
      [55, 999, 'red unverified', 'doubtful'],
      [60, 338.87, 'red verified', 'doubtful'],
    ],
  ],
  [
    'a doubtful reading beneath what is verified already, or at yellow, says nothing for or against',
    AT_ONCE,
    [
      [0, 338.87, 'orange'],
      [5, 999, 'red unverified', 'doubtful'],
      [10, 338.87, '', 'doubtful'],
      [15, 330, '', 'doubtful'],
      [20, 338.85, 'orange'],
    ],
  ],
  [
    'the same reading given again confirms nothing',
    AT_ONCE,
    [
      [0, 999, 'red unverified', 'doubtful'],
      [0, 999, '', 'doubtful'],
      [5, 338.2, 'normal'],
    ],
  ],
  [
    'each spike is doubted anew',
    AT_ONCE,
    [
      [0, 999, 'red unverified', 'doubtful'],
      [5, 338.2, 'normal'],
      [10, 999, 'red unverified', 'doubtful'],
      [15, 338.2, 'normal'],
    ],
  ],
  [
    'red by a second doubtful reading above an unverified orange is verified: two of them call for people',
    AT_ONCE,
    [
      [0, 338.87, 'orange unverified', 'doubtful'],
      [5, 338.9, 'red', 'doubtful'],
    ],
  ],
  [
    'orange that is verified stays so beneath a red that is not',
    OFF_10_MIN,
    [
      [0, 338.87, 'orange'],
      [5, 999, 'red unverified', 'doubtful'],
      [10, 338.2, 'orange'],
      [15, 338.2, ''],
      [20, 338.2, ''],
      [25, 338.2, 'yellow'],
    ],
  ],
  [
    'an on-delay of several readings leaves nothing to doubt: they agree',
    ON_15_MIN,
    [
      [0, 338.9, ''],
      [5, 338.9, '', 'doubtful'],
      [10, 338.9, ''],
      [15, 338.9, 'red', 'doubtful'],
    ],
  ],
  [
    'blue and yellow are not doubted',
    AT_ONCE,
    [
      [0, 338.7, 'blue', 'doubtful'],
      [5, 338.8, 'yellow', 'doubtful'],
      [10, 338.2, 'blue'],
    ],
  ],
];

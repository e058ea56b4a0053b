import { expect, it } from 'vitest';
import { eventNumber } from '../../src/core/event-number.ts';

it.each([
  ['00000000-0000-4000-8000-000000000000', '0000'],
  ['0000002a-0000-4000-8000-000000000000', '0042'],
  ['ffffffff-ffff-4fff-bfff-ffffffffffff', '7295'],
])('E13 the number of %s is four digits, the same each time', (id, number) => {
  expect(eventNumber(id)).toBe(number);
});

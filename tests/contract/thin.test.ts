import fc from 'fast-check';
import { expect, it } from 'vitest';
import { thinMessages as thinned } from '../../src/contract/acquire/thin.ts';

const thinMessages = (messages: Parameters<typeof thinned>[0]) => {
  const { perMessage, gone } = thinned(messages);
  return { kept: perMessage.filter((each) => each !== null), gone };
};
const message = (value: number, sensor = 'a', quality?: 'bad') => ({
  values: [{ sensor, observedAt: value, receivedAt: value, value, ...(quality && { quality }) }],
});
const numbers = (messages: ReturnType<typeof thinMessages>['kept']) =>
  messages.flatMap(({ values = [] }) => values.map(({ value }) => value));

it('A10 keeps every second value, and of each sensor the first, last, least and greatest', () => {
  const { kept, gone } = thinMessages([5, 9, 3, 1, 4, 2, 6, 7].map((each) => message(each)));
  expect(numbers(kept)).toEqual([5, 9, 3, 1, 4, 6, 7]);
  expect(gone).toBe(1);
});

it('what is not good stays, and so does what lines said', () => {
  const said = [{ device: null, state: 'faulty', fault: 'closed', detail: null, at: 7 }] as const;
  const { kept } = thinMessages([
    message(1),
    message(2, 'a', 'bad'),
    { said: [...said] as never },
    message(3),
    message(4),
  ]);
  expect(kept).toContainEqual({ said });
  expect(numbers(kept)).toEqual([1, 2, 3, 4]);
});

it('A10 whatever it thins, extremes stay and the order does', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer()), { minLength: 1 }), (given) => {
      const { kept, gone } = thinMessages(given.map(([sensor, value]) => message(value, sensor)));
      const left = kept.flatMap(({ values = [] }) => values);
      expect(left.length + gone).toBe(given.length);
      for (const sensor of ['a', 'b']) {
        const before = given.filter(([each]) => each === sensor).map(([, value]) => value);
        const after = left.filter((each) => each.sensor === sensor).map(({ value }) => value ?? NaN);
        expect(Math.max(...after)).toBe(Math.max(...before));
        expect(Math.min(...after)).toBe(Math.min(...before));
      }
    }),
  );
});

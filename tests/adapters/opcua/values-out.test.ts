import { describe, expect, it } from 'vitest';
import { valuesOut } from '../../../adapters/opcua/values-out.ts';
import type { Acquired } from '../../../src/core/acquired.ts';
import { instant } from '../../../src/core/time.ts';

const acquired = (value: number, observedAt = value): Acquired => ({
  sensorCode: 'weir',
  observedAt: instant(observedAt),
  receivedAt: instant(0),
  value,
  quality: 'good',
});

describe('values on their way to the spool', () => {
  it('are offered in their order, one batch at a time, and each once', async () => {
    const batches: number[][] = [];
    const out = valuesOut({
      offer(values) {
        batches.push(values.map(({ value }) => value ?? NaN));
        return Promise.resolve();
      },
    });
    for (const value of [1, 2, 2, 3]) out.put(acquired(value), 'i=1');
    await out.stored();
    expect(batches.flat()).toEqual([1, 2, 3]);
  });

  it('are bounded: beyond it the session is to be ended, and it is said how many were not taken', async () => {
    const { promise: full, resolve: empty } = Promise.withResolvers<undefined>();
    const out = valuesOut({ offer: () => full });
    for (let value = 1; value <= 50_002; value += 1) out.put(acquired(value), 'i=1');
    expect(() => out.check()).toThrow('50000 values wait, 2 more were not taken');
    empty(undefined);
    await out.stored();
    expect(() => out.check()).not.toThrow();
  });

  it('that cannot be stored end the line', async () => {
    const out = valuesOut({ offer: () => Promise.reject(new Error('no disk')) });
    out.put(acquired(1), 'i=1');
    await expect(out.stored()).rejects.toThrow('no disk');
  });
});

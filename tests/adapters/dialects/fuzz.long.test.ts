import { expect, it } from 'vitest';
import { holdDialectsTotal } from './fuzz.ts';

it('a hundred thousand messages in any dialect give nothing that is no number, and leave no memory behind', () => {
  holdDialectsTotal(1_000);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  holdDialectsTotal(100_000);
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
});

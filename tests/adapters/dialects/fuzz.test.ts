import { it } from 'vitest';
import { holdDialectsTotal } from './fuzz.ts';

it('any message in any dialect gives finite values, values that are absent, or what is wrong with it', () => {
  holdDialectsTotal(2_000);
}, 60_000);

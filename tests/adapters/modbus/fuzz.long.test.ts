import { it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('a hundred thousand cases of rubbish give finite values, reasons or nothing, and memory stays as it was', () =>
  fuzz(100_000, 11));

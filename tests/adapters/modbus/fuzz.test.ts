import { it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('two thousand cases of rubbish give finite values, reasons or nothing', () => fuzz(2_000, 3));

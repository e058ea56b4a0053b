import { it } from 'vitest';
import { expectKeepsUp } from './overload.ts';

it('A3 after a million polls of a bus that has too much to do, values are of now and memory is as it was', () =>
  expectKeepsUp(1_000_000));

import { it } from 'vitest';
import { holdFilesTotal } from './fuzz.ts';

it('a hundred thousand files give nothing that is no number, in whatever pieces they are read', () => {
  holdFilesTotal(100_000);
});

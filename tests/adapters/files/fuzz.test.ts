import { it } from 'vitest';
import { holdFilesTotal } from './fuzz.ts';

it('any file gives finite values, values that are absent, or lines that are not read, in whatever pieces it is read', () => {
  holdFilesTotal(2_000);
}, 60_000);

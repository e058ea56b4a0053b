import { it } from 'vitest';
import { holdSl651Total } from './fuzz.ts';

it('any stream gives the same frames in whatever pieces it comes, and finite values or none', () => {
  holdSl651Total(2_000);
}, 60_000);

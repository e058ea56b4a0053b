import { it } from 'vitest';
import { holdSl651Total } from './fuzz.ts';

it('a hundred thousand streams give the same frames in whatever pieces they come, and finite values or none', () => {
  holdSl651Total(100_000);
});

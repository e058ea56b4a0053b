import { it } from 'vitest';
import { expectKeepsUp } from './overload.ts';

/** Virtual time: how long it really takes is the machine's affair. */
const WITHIN_MS = 60_000;

it(
  'A3 a bus that has too much to do leaves polls out, queues none, and gives values of now to the end',
  () => expectKeepsUp(3_000),
  WITHIN_MS,
);

import { expect, it } from 'vitest';
import { LEASE_TERM_MS, mayTakeOver } from '../../ingest/lease.ts';
import { instant } from '../../src/core/time.ts';

const now = instant(1_000_000);
const renewed = (agoMs: number, holderLives = true) => ({ holderLives, renewedAt: instant(now - agoMs) });

it.each([
  ['nobody has it', undefined, true],
  ['its holder lives and has just renewed', renewed(0), false],
  ['its holder lives and renews within the term', renewed(LEASE_TERM_MS), false],
  ['its holder lives and has not renewed within the term', renewed(LEASE_TERM_MS + 1), true],
  ['its holder has ended', renewed(0, false), true],
  ['our clock is behind that of the renewal', renewed(-60_000), false],
])('when %s', (_name, seen, may) => {
  expect(mayTakeOver(seen, now)).toBe(may);
});

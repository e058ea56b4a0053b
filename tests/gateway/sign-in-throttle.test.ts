import { expect, test } from 'vitest';
import { MINUTE, instant, plus } from '../../src/core/time.ts';
import { waitsUntil } from '../../src/gateway/sign-in-throttle.ts';

const AT = instant(Date.UTC(2026, 6, 1));
const none = { count: 0, lastAt: instant(0) };
const tries = (count: number, minutesAgo = 0) => ({ count, lastAt: plus(AT, -minutesAgo * MINUTE) });

test.each([
  ['four slips are a tired person', { pair: tries(4) }, null],
  ['the fifth slip waits a minute', { pair: tries(5) }, 1],
  ['the sixth waits two', { pair: tries(6) }, 2],
  ['the eighth waits eight', { pair: tries(8) }, 8],
  ['none waits longer than a quarter of an hour', { pair: tries(9) }, 15],
  ['nor a thousandth', { pair: tries(1_000) }, 15],
  ['29 tries from one address for whatever names are a control room', { ofAddress: tries(29) }, null],
  ['the thirtieth waits, whoever it is for', { ofAddress: tries(30) }, 1],
  ['59 tries for a name from everywhere', { ofName: tries(59) }, null],
  ['the sixtieth waits, from wherever', { ofName: tries(60) }, 1],
  ['but not where the name has signed in before', { ofName: tries(5_000), known: true }, null],
  ['a known address is no licence to guess', { pair: tries(6), known: true }, 2],
  ['the longest of the waits counts', { pair: tries(7), ofAddress: tries(30) }, 4],
  ['each wait runs from its own last try', { pair: tries(5, 3), ofName: tries(900), known: true }, -2],
  ['also of an address', { pair: tries(1), ofAddress: tries(31, 1) }, 1],
] as const)('%s', (_what, given, minutes) => {
  const until = waitsUntil({ pair: none, ofAddress: none, ofName: none, known: false, ...given });
  expect(until).toBe(minutes === null ? null : plus(AT, minutes * MINUTE));
});

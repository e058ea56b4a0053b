import { describe, expect, it } from 'vitest';
import { UNHEARD, watched } from '../../../alerting/watchdog/watch.ts';
import type { Watch, WatchEvent } from '../../../alerting/watchdog/watch.ts';
import { HOUR, MINUTE, SECOND, instant, plus } from '../../../src/core/time.ts';
import type { Instant } from '../../../src/core/time.ts';

const START = instant(Date.UTC(2026, 6, 1));
const PATIENCE = { silenceMs: 2 * MINUTE, graceMs: 30 * SECOND, longestStopMs: 4 * HOUR };

type What =
  | 'time'
  /** It has been up for so many seconds. */
  | { readonly up: number }
  | { readonly stops: number };
/** Seconds, what is heard, what comes of it. */
type Line = readonly [second: number, what: What, effect: 'call' | 'end' | null];

const eventOf = (what: What, at: Instant, startedAt: Instant): WatchEvent => {
  if (what === 'time') return { type: 'time-passed', at, startedAt };
  return 'up' in what
    ? { type: 'alive', at, upMs: what.up * SECOND }
    : { type: 'stopping', at, forMs: what.stops * SECOND, why: 'upgrade' };
};

const stories: Readonly<Record<string, readonly Line[]>> = {
  'nobody is called before the first sign of life': [[86_400, 'time', null]],
  'silence for longer than its patience: people are called, once': [
    [0, { up: 10 }, null],
    [120, 'time', null],
    [121, 'time', 'call'],
    [500, 'time', null],
  ],
  'a sign of life ends the calling, and the next silence calls anew': [
    [0, { up: 10 }, null],
    [121, 'time', 'call'],
    [130, { up: 5 }, 'end'],
    [251, 'time', 'call'],
  ],
  'an announced stop is waited for, and calls when it has run out': [
    [0, { up: 10 }, null],
    [10, { stops: 600 }, null],
    [610, 'time', null],
    [611, 'time', 'call'],
  ],
  'signs of the process that is about to stop do not take the announcement back': [
    [0, { stops: 600 }, null],
    [5, { up: 1_000 }, null],
    [500, 'time', null],
    [601, 'time', 'call'],
  ],
  'a process that began after the announcement ends it: the next silence is none that was announced': [
    [0, { stops: 3_600 }, null],
    [60, { up: 5 }, null],
    [181, 'time', 'call'],
  ],
  'a shorter announcement, as that of the stop itself, shortens none': [
    [0, { up: 10 }, null],
    [1, { stops: 1_800 }, null],
    [30, { stops: 300 }, null],
    [1_800, 'time', null],
    [1_802, 'time', 'call'],
  ],
  'no stop is believed for longer than allowed': [
    [0, { up: 10 }, null],
    [1, { stops: 86_400 }, null],
    [4 * 3_600 + 2, 'time', 'call'],
  ],
};

describe('a watchdog', () => {
  it.each(Object.entries(stories))('%s', (_name, lines) => {
    let watch: Watch = UNHEARD;
    for (const [second, what, effect] of lines) {
      const seen = watched(PATIENCE, watch, eventOf(what, plus(START, second * SECOND), START));
      expect(seen.effect, `at ${String(second)} s`).toBe(effect);
      watch = seen.next;
    }
  });

  it('after a start of its own it waits a moment for a sign, and not for its whole patience', () => {
    const heard: Watch = { ...UNHEARD, heardAt: START };
    const at = plus(START, 2 * HOUR);
    const time = (seconds: number) =>
      watched(PATIENCE, heard, { type: 'time-passed', at: plus(at, seconds * SECOND), startedAt: at }).effect;
    expect(time(30)).toBeNull();
    expect(time(31)).toBe('call');
  });
});

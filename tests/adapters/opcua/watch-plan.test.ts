import { describe, expect, it } from 'vitest';
import {
  afterNotice,
  afterRead,
  afterSubscribing,
  isDue,
  isStale,
  unwatched,
} from '../../../adapters/opcua/watch-plan.ts';
import type { Look, Watched } from '../../../adapters/opcua/watch-plan.ts';
import type { UaValue } from '../../../adapters/opcua/decode.ts';
import { instant } from '../../../src/core/time.ts';

const TIMES = {
  rereadAfterMs: 10_000,
  deliveredWithinMs: 13_000,
  staleAfterMs: 300_000,
  deadband: 0.5,
  time: 'source' as const,
};
const GONE = 0x8034_0000;
const ua = (value: number, more: Partial<UaValue> = {}): UaValue => ({
  value,
  type: 'Double',
  isArray: false,
  status: 0,
  statusName: 'Good',
  sourceAt: 1,
  serverAt: 1,
  ...more,
});

type Step = readonly ['notice' | 'read', number, UaValue] | readonly ['subscribed', number];

/** What the reads of a story say. */
function looks(steps: readonly Step[]): Look[] {
  let watched: Watched = unwatched(instant(0));
  const said: Look[] = [];
  for (const [what, second, value] of steps) {
    const at = instant(second * 1_000);
    if (what === 'subscribed') watched = afterSubscribing(watched, at);
    else if (what === 'notice') watched = afterNotice(watched, value ?? ua(0), at, 'source');
    else {
      const { next, look } = afterRead(watched, value ?? ua(0), at, TIMES);
      watched = next;
      said.push(look);
    }
  }
  return said;
}

describe('a read says of a subscription', () => {
  it.each<[string, readonly Step[], readonly Look[]]>([
    [
      'agrees with what stands still',
      [
        ['subscribed', 0],
        ['notice', 1, ua(1)],
        ['read', 12, ua(1)],
      ],
      ['agrees'],
    ],
    [
      'agrees within its deadband',
      [
        ['subscribed', 0],
        ['notice', 1, ua(1)],
        ['read', 12, ua(1.5)],
      ],
      ['agrees'],
    ],
    [
      'differs, until it had its time',
      [
        ['subscribed', 0],
        ['notice', 1, ua(1)],
        ['read', 12, ua(2)],
        ['read', 24, ua(2)],
      ],
      ['differs', 'differs'],
    ],
    [
      'undelivered after that',
      [
        ['subscribed', 0],
        ['notice', 1, ua(1)],
        ['read', 12, ua(2)],
        ['read', 25, ua(3)],
      ],
      ['differs', 'undelivered'],
    ],
    [
      'nothing of the kind when it was told meanwhile',
      [
        ['subscribed', 0],
        ['notice', 1, ua(1)],
        ['read', 12, ua(2)],
        ['notice', 13, ua(2)],
        ['read', 25, ua(2)],
      ],
      ['differs', 'agrees'],
    ],
    [
      'undelivered when it never told anything',
      [
        ['subscribed', 0],
        ['read', 5, ua(1)],
        ['read', 18, ua(1)],
      ],
      ['differs', 'undelivered'],
    ],
    [
      'differs by status alone',
      [
        ['subscribed', 0],
        ['notice', 1, ua(1)],
        ['read', 12, ua(1, { status: 0x808c_0000 })],
      ],
      ['differs'],
    ],
    [
      'gone, and back when the server knows it again',
      [
        ['subscribed', 0],
        ['notice', 1, ua(1)],
        ['read', 12, ua(0, { status: GONE })],
        ['read', 17, ua(1)],
      ],
      ['gone', 'back'],
    ],
    [
      'that the first value came before the answer',
      [
        ['notice', 0, ua(1)],
        ['subscribed', 1],
        ['read', 12, ua(1)],
      ],
      ['agrees'],
    ],
    ['nothing of a bad node that is not subscribed', [['read', 1, ua(0, { status: 0x803a_0000 })]], ['agrees']],
  ])('%s', (_what, steps, said) => {
    expect(looks(steps)).toEqual(said);
  });
});

describe('a node', () => {
  const told = afterNotice(afterSubscribing(unwatched(instant(0)), instant(0)), ua(1), instant(0), 'source');

  it('is read when it was quiet, and not before', () => {
    expect(isDue(told, instant(9_999), 10_000)).toBe(false);
    expect(isDue(told, instant(10_000), 10_000)).toBe(true);
    expect(isDue(unwatched(instant(0)), instant(0), 10_000)).toBe(true);
  });

  it('is stale by its own time, not by how often the server repeats it', () => {
    const repeated = afterNotice(told, ua(1), instant(299_000), 'source');
    expect(isStale(repeated, instant(300_000), 300_000)).toBe(true);
    const fresh = afterNotice(told, ua(1, { sourceAt: 2 }), instant(299_000), 'source');
    expect(isStale(fresh, instant(300_000), 300_000)).toBe(false);
  });

  it('lives when its time was set back: that is another fault', () => {
    const back = afterNotice(told, ua(1, { sourceAt: -5 }), instant(200_000), 'source');
    expect(isStale(back, instant(300_000), 300_000)).toBe(false);
  });
});

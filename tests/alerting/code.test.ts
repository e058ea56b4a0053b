import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawCode, isPressed, repliesWith } from '../../alerting/code.ts';

describe('E31 a reply', () => {
  it.each([
    ['4711', true],
    [' 4711 ', true],
    ['４７１１', true],
    ['４ ７ １ １', true],
    ['4 7 1 1 收到', true],
    ['收到，4711', true],
    ['回复4711。', true],
    ['4711\n钱总工 13:05', true],
    ['收到', false],
    ['', false],
    ['47110', false],
    ['14711', false],
    ['4712', false],
    ['47 12', false],
    ['4711 1305 8002', true],
    ['4711 1305 8002 1001', false],
    ['１００１ ４７１１ １００３ １００４', false],
    ['4711 12 3 4 5 67890', true],
  ])('“%s” answers 4711: %s', (text, answers) => {
    expect(repliesWith(text, '4711')).toBe(answers);
  });
});

describe('a key', () => {
  it('is the one that was asked for, also full-width', () => {
    expect([isPressed('7', '7'), isPressed('７', '7'), isPressed('8', '7'), isPressed('', '7')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a code', () => {
  it('is one digit for a call, none that means something after the answer, four for a message, and none that is taken', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 10_000 }), (seed, number) => {
        expect(drawCode('voice', seed, number, [])).toMatch(/^[4-7]$/);
        const first = drawCode('sms', seed, number, []);
        expect(first).toMatch(/^[1-9]\d{3}$/);
        expect(drawCode('sms', seed, number, [first])).not.toBe(first);
      }),
    );
  });

  it('is drawn anew for every call', () => {
    const drawn = new Set(Array.from({ length: 200 }, (_, number) => drawCode('voice', 42, number, [])));
    expect([...drawn].toSorted()).toEqual(['4', '5', '6', '7']);
  });
});

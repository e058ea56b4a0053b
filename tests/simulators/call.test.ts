import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step } from '../../simulators/carrier/call.ts';
import type { Call, CallEvent } from '../../simulators/carrier/call.ts';
import { codeAskedFor, keyAskedFor, wrongKey } from '../../simulators/carrier/listening.ts';
import { instant } from '../../src/core/time.ts';

const TEXT = '请按 7 确认';
const AT = instant(0);
const dialling: Call = {
  id: 'c',
  key: 'k',
  to: '+8610000000001',
  language: 'zh-CN',
  callback: 'http://127.0.0.1/',
  state: 'dialling',
  ending: null,
  say: TEXT,
  heard: [],
  pressed: [],
  gathering: true,
  closing: false,
  history: [],
};

/** Everything reported, and the call after all of it. */
function after(events: readonly CallEvent[], from: Call = dialling) {
  const reports: string[] = [];
  let call = from;
  for (const event of events) {
    const taken = step(call, event, AT);
    call = taken.next;
    reports.push(...taken.reports.map((report) => report.event));
  }
  return { call, reports };
}

const anyEvent: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.constantFrom<CallEvent>(
    ...(
      [
        'dialled',
        'picked-up',
        'hung-up',
        'ended-by-caller',
        'voicemail',
        'busy',
        'failed',
        'ring-time-over',
        'talk-time-over',
        'text-spoken',
      ] as const
    ).map((type) => ({ type })),
  ),
  fc.integer({ min: 0, max: 9 }).map((digit): CallEvent => ({ type: 'pressed', digit: String(digit) })),
  fc
    .record({ gather: fc.boolean(), hangup: fc.boolean() })
    .map((told): CallEvent => ({ type: 'told', say: TEXT, ...told })),
);
const LAST = ['busy', 'failed', 'no-answer', 'ended'];

describe('a call', () => {
  it.each<readonly [string, readonly CallEvent[], readonly string[]]>([
    ['is rejected while it rings', [{ type: 'dialled' }, { type: 'hung-up' }], ['ringing', 'busy']],
    ['is withdrawn while it rings', [{ type: 'dialled' }, { type: 'told', hangup: true }], ['ringing', 'ended']],
    [
      'hears nothing of a key that is pressed before the line listens again',
      [{ type: 'dialled' }, { type: 'picked-up' }, { type: 'pressed', digit: '1' }, { type: 'pressed', digit: '2' }],
      ['ringing', 'answered', 'digit'],
    ],
    [
      'hears the next key once it was told to',
      [
        { type: 'dialled' },
        { type: 'picked-up' },
        { type: 'pressed', digit: '1' },
        { type: 'told', gather: true },
        { type: 'pressed', digit: '2' },
      ],
      ['ringing', 'answered', 'digit', 'digit'],
    ],
    [
      'ends after the last words, not before',
      [
        { type: 'dialled' },
        { type: 'picked-up' },
        { type: 'told', say: '已确认', hangup: true },
        { type: 'text-spoken' },
      ],
      ['ringing', 'answered', 'ended'],
    ],
    [
      'is recorded by a voicemail, which presses nothing',
      [{ type: 'dialled' }, { type: 'voicemail' }, { type: 'pressed', digit: '7' }, { type: 'text-spoken' }],
      ['ringing', 'voicemail', 'ended'],
    ],
    [
      'is cut off when its time is over',
      [{ type: 'dialled' }, { type: 'picked-up' }, { type: 'talk-time-over' }],
      ['ringing', 'answered', 'ended'],
    ],
  ])('%s', (_story, events, reports) => {
    expect(after(events).reports).toEqual(reports);
  });

  it('reports one end at most, as its last word, and never changes after it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const { call, reports } = after(events);
        const ends = reports.flatMap((report, i) => (LAST.includes(report) ? [i] : []));
        expect(ends).toEqual(call.state === 'ended' ? [reports.length - 1] : []);
        expect(call.ending !== null).toBe(call.state === 'ended');
        if (call.state === 'ended') expect(after(events, call).call).toBe(call);
      }),
    );
  });

  it('reports a key only of a call that was picked up', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const { reports } = after(events);
        const digit = reports.indexOf('digit');
        if (digit >= 0) expect(reports.slice(0, digit)).toContain('answered');
      }),
    );
  });
});

describe('a person who listens', () => {
  it.each([
    ['库水位 338.87 米。请按 7 确认。', '7'],
    ['按键不正确。示例 2 号库，请按７确认', '7'],
    ['请按数字键「七」确认', '7'],
    ['Pond level 338.87 metres. Press 4 to confirm.', '4'],
    ['三次按键不正确，稍后将再次呼叫。', null],
  ])('finds the key in "%s"', (text, key) => {
    expect(keyAskedFor(text)).toBe(key);
  });

  it.each([
    ['库水位 338.81 米，请回复 4711 确认。', '4711'],
    ['Pond level 338.81 metres. Reply 4711 to confirm.', '4711'],
    ['库水位 338.81 米。', null],
  ])('finds the code in "%s"', (text, code) => {
    expect(codeAskedFor(text)).toBe(code);
  });

  it('who errs presses another key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), (key) => wrongKey(`请按 ${String(key)} 确认`) !== String(key)),
    );
  });
});

import { expect, it } from 'vitest';
import { telegramsOf } from '../../simulators/instruments/telegram.ts';
import { instant } from '../../src/core/time.ts';

const at = instant(Date.UTC(2026, 6, 1, 0, 0, 5));
const SINGLE = { topic: 'ponds/{sensor}/up', value: 'd.v', observedAt: 'd.t', time: 'epoch-s' } as const;
const RECORD = { topic: 'loggers/{device}', values: 'values', observedAt: 'at', time: 'iso' } as const;
const record = { device: 'box-1', observedAt: at, values: { f: 2861.2, r: null } };
const single = { device: 'level', observedAt: at, values: { level: 338.25 } };

it('a value of its own is written as the site says', () => {
  expect(telegramsOf({ mqtt: SINGLE }, single)).toEqual([
    { topic: 'ponds/level/up', payload: `{"d":{"v":338.25,"t":${String(at / 1000)}}}` },
  ]);
});

it('what a logger measured at once is one record, an instrument that is not there null', () => {
  expect(telegramsOf({ mqtt: [SINGLE, RECORD] }, record)).toEqual([
    { topic: 'loggers/box-1', payload: '{"values":{"f":2861.2,"r":null},"at":"2026-07-01T00:00:05.000Z"}' },
  ]);
  expect(telegramsOf({ mqtt: [SINGLE, RECORD] }, single)[0]?.topic).toBe('ponds/level/up');
});

it('where the site has only one of the two, everything is sent so', () => {
  expect(telegramsOf({ mqtt: RECORD }, single)[0]?.topic).toBe('loggers/box-1'.replace('box-1', 'level'));
  expect(telegramsOf({ mqtt: SINGLE }, record).map(({ topic }) => topic)).toEqual(['ponds/f/up']);
});

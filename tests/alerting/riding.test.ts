import { describe, expect, it } from 'vitest';
import { ridesOn } from '../../alerting/riding.ts';
import type { Line } from '../../alerting/riding.ts';

const call = (id: string, more: Partial<Line> = {}): Line => ({
  id,
  calloutId: `callout of ${id}`,
  phone: '+861000000042',
  medium: 'voice',
  level: 'orange',
  code: '7',
  begun: 0,
  drill: false,
  ...more,
});
const rides = (due: readonly Line[], lines: readonly Line[] = []) => Object.fromEntries(ridesOn(due, lines));

describe('what one call carries', () => {
  it.each<[string, Line[], Line[], Record<string, string>]>([
    ['two sites, one number: the first carries the other', [call('a'), call('b')], [], { b: 'a' }],
    ['three sites: one carries both', [call('a'), call('b'), call('c')], [], { b: 'a', c: 'a' }],
    ['two numbers: two calls', [call('a'), call('b', { phone: '+861000000043' })], [], {}],
    ['a call that is on the line carries what comes', [call('b')], [call('a')], { b: 'a' }],
    ['E16 red goes alone', [call('a', { level: 'red' }), call('b', { level: 'red' })], [], {}],
    ['E16 red is carried by nobody', [call('b', { level: 'red' })], [call('a')], {}],
    ['E16 red carries nobody', [call('b')], [call('a', { level: 'red' })], {}],
    ['two of one callout are two calls', [call('a'), call('b', { calloutId: 'callout of a' })], [], {}],
    ['messages go one by one', [call('a', { medium: 'sms' }), call('b', { medium: 'sms' })], [], {}],
    ['a drill is not carried by what is real', [call('b', { drill: true })], [call('a')], {}],
    ['a drill carries nothing real', [call('b')], [call('a', { drill: true })], {}],
    ['what was carried in vain goes alone', [call('b', { begun: 1 })], [call('a')], {}],
  ])('%s', (_title, due, lines, expected) => {
    expect(rides(due, lines)).toEqual(expected);
  });
});

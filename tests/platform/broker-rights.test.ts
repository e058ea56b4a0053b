import { expect, it } from 'vitest';
import { mayPublish, maySubscribe } from '../../src/platform/broker-guests.ts';
import type { Guest } from '../../src/platform/broker-guests.ts';

const device = (...topics: string[]): Guest => ({
  kind: 'device',
  device: { id: 'd', siteId: 'pond', username: 'pond.d', passwordHash: '', topics },
});

it.each([
  ['spBv1.0/mine/NCMD/plc', true],
  ['spBv1.0/mine/DCMD/plc/gauge', true],
  ['spBv1.0/mine/NCMD/#', true],
  ['spBv1.0/other/NCMD/plc', false],
  ['spBv1.0/mine/NDATA/plc', false],
  ['spBv1.0/mine/#', false],
  ['#', false],
  ['tailwatch/told/pond/hut', false],
])('a device of a group of Sparkplug B may hear %s: %s', (filter, may) => {
  expect(maySubscribe(device('spBv1.0/mine/#'), filter)).toBe(may);
});

it('a device of another kind hears nothing', () => {
  for (const filter of ['ponds/pond/level', 'spBv1.0/mine/NCMD/plc', '$dp', '+'])
    expect(maySubscribe(device('ponds/pond/+', '$dp'), filter)).toBe(false);
});

it('$dp is the one topic under $ that is for devices, where it is their own', () => {
  expect(mayPublish(device('$dp'), '$dp')).toBe(true);
  expect(mayPublish(device('ponds/pond/+'), '$dp')).toBe(false);
  for (const topic of ['$SYS/x', '$dp/x', '$share/a/b']) expect(mayPublish(device('$dp', '#'), topic)).toBe(false);
});

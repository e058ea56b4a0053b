import { expect, test } from 'vitest';
import { stretchOf } from '../../src/gateway/stretch.ts';

test.each([
  ['all of it where nothing is asked for', undefined, null],
  ['from the first byte on', 'bytes=0-', { from: 0, to: 99 }],
  ['a stretch', 'bytes=10-19', { from: 10, to: 19 }],
  ['no more than there is', 'bytes=90-500', { from: 90, to: 99 }],
  ['the last bytes', 'bytes=-10', { from: 90, to: 99 }],
  ['all of them where there are fewer', 'bytes=-500', { from: 0, to: 99 }],
  ['all of it for what cannot be had', 'bytes=100-', null],
  ['all of it for what is turned round', 'bytes=9-3', null],
  ['all of it for several', 'bytes=0-1,5-6', null],
  ['all of it for nothing', 'bytes=-', null],
  ['all of it for other units', 'lines=0-1', null],
])('%s', (_name, header, stretch) => {
  expect(stretchOf(header, 100)).toEqual(stretch);
});

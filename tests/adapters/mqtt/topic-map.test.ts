import { expect, it } from 'vitest';
import { topicMap } from '../../../adapters/mqtt/topic-map.ts';

const mapping = (siteId: string, topic: string) =>
  ({ siteId, topic, value: 'v', observedAt: 't', time: 'epoch-ms' }) as const;
const map = topicMap([mapping('north', 'ponds/north/{sensor}'), mapping('south', '{sensor}/south/up')]);

it('subscribes to each template once, a wildcard for the sensor', () => {
  expect(topicMap([mapping('a', 'x/{sensor}'), mapping('b', 'x/{sensor}')]).filters).toEqual([
    'x/+',
    'tailwatch/acquired/+/+',
  ]);
  expect(map.filters).toEqual(['ponds/north/+', '+/south/up', 'tailwatch/acquired/+/+']);
});

it.each([
  ['ponds/north/level-1', 'north', 'level-1'],
  ['level-1/south/up', 'south', 'level-1'],
  ['ponds/north/', 'north', ''],
])('%s is of %s, sensor "%s"', (topic, siteId, sensorCode) => {
  expect(map.routeOf(topic)).toMatchObject({ siteId, sensorCode });
  expect(map.routeOf(topic)).toBe(map.routeOf(topic));
});

it('knows a record by its topic, of whichever device', () => {
  const common = { siteId: 'north', values: 'd.v', observedAt: 'd.t', time: 'epoch-s' } as const;
  const records = topicMap([
    { ...common, topic: 'loggers/{device}/up' },
    { ...common, topic: 'gateway' },
    mapping('north', 'ponds/{sensor}'),
  ]);
  expect(records.filters).toEqual(['loggers/+/up', 'gateway', 'ponds/+', 'tailwatch/acquired/+/+']);
  const route = { siteId: 'north', sensorCode: null, value: ['d', 'v'], observedAt: ['d', 't'], time: 'epoch-s' };
  for (const topic of ['loggers/l-1/up', 'loggers/l-2/up', 'gateway']) expect(records.routeOf(topic)).toEqual(route);
  expect(records.routeOf('ponds/level-1')).toMatchObject({ sensorCode: 'level-1', value: ['v'] });
  for (const topic of ['loggers/l-1/down', 'loggers/up', 'gateway/x']) expect(records.routeOf(topic)).toBeUndefined();
});

it.each(['ponds/north', 'ponds/north/level-1/more', 'ponds/NORTH/level-1', '', '__proto__'])(
  '%s is of nobody',
  (topic) => {
    expect(map.routeOf(topic)).toBeUndefined();
    expect(map.routeOf(topic)).toBeUndefined();
  },
);

it('goes on knowing topics after a stranger has sent on very many', () => {
  for (let i = 0; i < 50_000; i += 1) map.routeOf(`stranger/${String(i)}`);
  expect(map.routeOf('ponds/north/level-1')).toMatchObject({ siteId: 'north' });
});

it('knows no topic by heart that is longer than a sensor has one', () => {
  const long = `ponds/north/${'x'.repeat(600)}`;
  expect(map.routeOf(long)).toMatchObject({ siteId: 'north' });
  expect(map.routeOf(long)).not.toBe(map.routeOf(long));
});

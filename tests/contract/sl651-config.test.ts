import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { Sl651Line, sensorsOfSl651Line } from '../../src/contract/acquire/sl651-config.ts';

const [sample] = (parse(readFileSync('config/lines/sl651.yaml', 'utf8')) as { acquire: object[] }).acquire;
const stations = (...over: object[]) =>
  over.map((each, i) => ({
    name: `s-${String(i)}`,
    address: `000000000${String(i)}`,
    elements: [{ element: '26', sensor: `rain-${String(i)}` }],
    ...each,
  }));

it('the sample is a line, and names what it reports with its places', () => {
  const line = Sl651Line.parse(sample);
  expect(sensorsOfSl651Line(line).at(-1)).toEqual({
    code: 'pond-level-5-min',
    device: 'pond',
    path: ['stations', 1, 'elements', 1, 'sensor'],
  });
});

it.each([
  ['a port that is none', { listen: { port: 70_000 } }, 'listen.port'],
  ['no station', { stations: [] }, 'stations'],
  ['an address that is too short', { stations: stations({ address: '123' }) }, 'stations.0.address'],
  [
    'an address twice',
    { stations: stations({ address: '0000000009' }, { address: '0000000009' }) },
    'stations.1.address',
  ],
  ['a name twice', { stations: stations({ name: 'a' }, { name: 'a' }) }, 'stations.1.name'],
  [
    'an element in small letters',
    { stations: stations({ elements: [{ element: '3b', sensor: 'a' }] }) },
    'stations.0.elements.0.element',
  ],
  [
    'an element twice',
    {
      stations: stations({
        elements: [
          { element: '26', sensor: 'a' },
          { element: '26', sensor: 'b' },
        ],
      }),
    },
    'stations.0.elements.1.element',
  ],
  [
    'a sensor twice',
    {
      stations: stations(
        { elements: [{ element: '26', sensor: 'a' }] },
        { elements: [{ element: '20', sensor: 'a' }] },
      ),
    },
    'stations.1.elements.0.sensor',
  ],
  [
    'a scale of nothing',
    { stations: stations({ elements: [{ element: '26', sensor: 'a', scale: 0 }] }) },
    'stations.0.elements.0.scale',
  ],
  ['a zone by name', { utcOffset: 'Asia/Shanghai' }, 'utcOffset'],
  ['a key of nobody', { dial: true }, ''],
])('refuses %s', (_name, over, path) => {
  const { error } = Sl651Line.safeParse({ ...sample, ...over });
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

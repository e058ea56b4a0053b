import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { MqttConfig } from '../../src/contract/mqtt-config.ts';
import { dialectFaults } from '../../src/contract/dialect-references.ts';
import { entry } from '../../src/contract/written.ts';

const { mqtt } = parse(readFileSync('config/dialects/mqtt.yaml', 'utf8')) as { mqtt: object[] };
const sensor = { device: 'd', field: 'f', code: 'level' };
const mapping = { topic: 'a/+', dialect: 'geo-hazard', sensors: [sensor] };

it('the sample is a list of mappings, and stands beside one of our own JSON', () => {
  expect(MqttConfig.safeParse([...mqtt, { topic: 'ponds/{sensor}' }]).error).toBeUndefined();
});

it.each([
  ['a dialect of nobody', { ...mapping, dialect: 'klingon' }, 'dialect'],
  ['a topic that is no filter', { ...mapping, topic: 'a/b#' }, 'topic'],
  ['everything', { ...mapping, topic: 'a/#' }, 'topic'],
  ['a group of Sparkplug with a wildcard', { ...mapping, dialect: 'sparkplug', topic: 'spBv1.0/+/#' }, 'topic'],
  [
    'layouts of bytes where there are none',
    { ...mapping, layouts: [{ fPort: 1, fields: [{ name: 'a', at: 0, type: 'u8' }] }] },
    'layouts',
  ],
  ['a sensor twice', { ...mapping, sensors: [sensor, { ...sensor, field: 'g' }] }, 'sensors.1.code'],
  [
    'a condition of nothing',
    { ...mapping, sensors: [{ ...sensor, believedWhile: [{ field: 'fix' }] }] },
    'sensors.0.believedWhile.0',
  ],
  ['a zone by name', { ...mapping, utcOffset: 'Asia/Shanghai' }, 'utcOffset'],
  ['the keys of our own JSON', { ...mapping, observedAt: 't' }, ''],
])('refuses %s', (_name, written, path) => {
  const { error } = MqttConfig.safeParse(written);
  const issues = error?.issues.flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flat() : [issue]));
  expect(issues?.map((issue) => issue.path.join('.'))).toContain(path);
});

it('what is told has to be a sensor of the site that no formula makes, and told once', () => {
  const told = ['level', 'derived', 'nobody', 'level'].map((code) => ({ topic: 'a', sensors: [{ ...sensor, code }] }));
  const faults = dialectFaults(told, [], [{ code: 'level' }, { code: 'derived', derive: {} }].map(entry));
  expect(faults.map(({ path, message }) => `${path.join('.')} ${message}`)).toEqual(
    [
      '1.sensors.0.code "derived" is made of others by a formula: nobody reports it',
      '2.sensors.0.code no channel or sensor has the code "nobody"',
      '3.sensors.0.code "level" is told by another mapping already',
    ].map((text) => `mqtt.${text}`),
  );
});

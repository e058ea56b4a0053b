import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { MqttLine, sensorsOfMqttLine } from '../../src/contract/acquire/mqtt-config.ts';

const [sample] = (parse(readFileSync('config/lines/mqtt.yaml', 'utf8')) as { acquire: object[] }).acquire;

it('the sample is a line, and names what it reports with its places', () => {
  expect(sensorsOfMqttLine(MqttLine.parse(sample))[0]).toEqual({
    code: 'rain-total',
    device: '48416578',
    path: ['mappings', 0, 'sensors', 0, 'code'],
  });
});

it.each([
  ['a password in the URL', { url: 'mqtts://user:word@broker' }, 'url'],
  ['certificates without TLS', { url: 'mqtt://broker:1883' }, 'url'],
  ['a certificate without its key', { key: undefined }, 'key'],
  ['a version of nobody', { version: '4' }, 'version'],
  ['commands to nobody', { commands: { topic: 'cmd' } }, 'commands.topic'],
  ['a group with a slash', { share: 'a/b' }, 'share'],
  ['no mapping', { mappings: [] }, 'mappings'],
])('refuses %s', (_name, over, path) => {
  const { error } = MqttLine.safeParse({ ...sample, ...over });
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

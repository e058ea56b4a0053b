import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AcquireConfig, sensorsOfLine } from '../../src/contract/acquire/acquire-config.ts';
import { ModbusLine } from '../../src/contract/acquire/modbus-config.ts';

const point = { sensor: 'level', address: 0 };
const slave = { name: 'gauge', unit: 1, every: 10, points: [point] };
const tcp = { name: 'line', protocol: 'modbus-tcp', host: '10.0.0.1', slaves: [slave] };
const listen = {
  name: 'line',
  protocol: 'rtu-over-tcp-listen',
  port: 7_000,
  modems: [{ name: 'dam', registration: { text: 'DTU-7' }, slaves: [slave] }],
};
const withPoint = (more: object) => ({ ...tcp, slaves: [{ ...slave, points: [{ ...point, ...more }] }] });
const faults = (line: object): string[] =>
  (ModbusLine.safeParse(line).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

it('the sample of all kinds of lines is right, and says which sensors it reports, by device', () => {
  const sample = AcquireConfig.parse(
    (parse(readFileSync('config/lines/modbus.yaml', 'utf8')) as { acquire: unknown }).acquire,
  );
  expect(sample.map(({ protocol }) => protocol)).toEqual([
    'modbus-tcp',
    'modbus-rtu',
    'rtu-over-tcp',
    'rtu-over-tcp-listen',
  ]);
  const sensors = sample.flatMap((line) => sensorsOfLine(line));
  expect(sensors).toContainEqual({ code: 'weir-fault', device: 'weir', path: ['slaves', 1, 'points', 1, 'sensor'] });
  expect(sensors).toContainEqual({
    code: 'pz-e1-frequency',
    device: 'east/logger-e1',
    path: ['modems', 1, 'loggers', 0, 'channels', 0, 'frequency'],
  });
});

describe('a line is refused, with the place that is wrong', () => {
  it.each<readonly [story: string, line: object, path: string]>([
    ['a bus with nothing on it', { ...tcp, protocol: 'rtu-over-tcp', port: 1, slaves: undefined }, ''],
    ['no host', { ...tcp, host: 'tcp://10.0.0.1' }, 'host'],
    [
      'a unit that a bus has not',
      { ...tcp, protocol: 'rtu-over-tcp', port: 1, slaves: [{ ...slave, unit: 248 }] },
      'slaves.0.unit',
    ],
    ['a name twice', { ...tcp, slaves: [slave, slave] }, 'slaves.1.name'],
    ['an address beyond the last', withPoint({ address: 65_535, type: 'float32' }), 'slaves.0.points.0.address'],
    ['a coil that is a number', withPoint({ table: 'coil', type: 'uint16' }), 'slaves.0.points.0.type'],
    ['a register that is a bit', withPoint({ type: 'bool' }), 'slaves.0.points.0.type'],
    ['bits of a float', withPoint({ type: 'float32', bits: [0, 1] }), 'slaves.0.points.0.bits'],
    ['bits that a register has not', withPoint({ bits: [8, 16] }), 'slaves.0.points.0.bits'],
    ['a scale of nothing', withPoint({ scale: 0 }), 'slaves.0.points.0.scale'],
    ['a word nobody knows', withPoint({ adress: 3 }), 'slaves.0.points.0'],
    ['an order nobody knows', withPoint({ order: 'ACBD' }), 'slaves.0.points.0.order'],
    ['a device that is no path', { ...tcp, host: undefined, protocol: 'modbus-rtu', device: 'ttyUSB0' }, 'device'],
    [
      'modems of one name',
      { ...listen, modems: [listen.modems[0], { ...listen.modems[0], registration: { text: 'x' } }] },
      'modems.1.name',
    ],
    [
      'modems nobody could tell apart',
      { ...listen, modems: [listen.modems[0], { ...listen.modems[0], name: 'other' }] },
      'modems.1.registration',
    ],
    [
      'a pattern that is none',
      { ...listen, modems: [{ ...listen.modems[0], registration: { pattern: '(' } }] },
      'modems.0.registration.pattern',
    ],
    [
      'half a byte',
      { ...listen, modems: [{ ...listen.modems[0], heartbeat: { hex: 'F' } }] },
      'modems.0.heartbeat.hex',
    ],
    [
      'a wait by which one dead device would hold up the others',
      { ...tcp, timeoutMs: 3_000, slaves: [slave, { ...slave, name: 'other', unit: 2 }] },
      'timeoutMs',
    ],
  ])('%s', (_, line, path) => {
    expect(faults(line).map((fault) => fault.split(': ')[0])).toContain(path);
  });
});

it('what is left out is what most devices want', () => {
  expect(ModbusLine.parse(tcp)).toMatchObject({
    port: 502,
    timeoutMs: 1_000,
    slaves: [
      { gapMost: 8, points: [{ table: 'holding', type: 'uint16', order: 'ABCD', scale: 1, offset: 0, noValue: [] }] },
    ],
  });
});

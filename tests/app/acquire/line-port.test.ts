import { expect, it } from 'vitest';
import { atPort } from '../../../src/app/acquire/line-port.ts';
import { AcquireLine } from '../../../src/contract/acquire/acquire-config.ts';

const items = [{ sensor: 'weir', node: 'nsu=http://dam.example/plc;s=Weir' }];
const points = [{ sensor: 'level', address: 0 }];

it.each([
  ['opc.tcp://127.0.0.1:4840/dam', 'opc.tcp://127.0.0.1:9/dam'],
  ['opc.tcp://plc.example', 'opc.tcp://plc.example:9'],
])('an OPC UA server at %s is looked for at another port', (endpoint, moved) => {
  const line = AcquireLine.parse({ name: 'plc', protocol: 'opcua', endpoint, items });
  expect(atPort(line, 9)).toEqual({ ...line, endpoint: moved });
  expect(atPort(line, undefined)).toBe(line);
});

it('a Modbus line dials another port, and a serial one has none', () => {
  const slaves = [{ name: 'radar', unit: 1, every: 5, points }];
  const tcp = AcquireLine.parse({ name: 'radar', protocol: 'modbus-tcp', host: '127.0.0.1', slaves });
  expect(atPort(tcp, 9)).toMatchObject({ port: 9 });
  const serial = AcquireLine.parse({ name: 'bus', protocol: 'modbus-rtu', device: '/dev/ttyS0', slaves });
  expect(atPort(serial, 9)).toEqual(serial);
});

import { expect } from 'vitest';
import { readPlan, valuesIn } from '../../../adapters/modbus/read-plan.ts';
import { registered } from '../../../adapters/modbus/registration-frame.ts';
import { dataLength } from '../../../adapters/modbus/request-frame.ts';
import { rtuShape } from '../../../adapters/modbus/rtu-frame.ts';
import { findFrame } from '../../../adapters/modbus/shape-frame.ts';
import { nextTcpFrame, tcpAnswer } from '../../../adapters/modbus/tcp-frame.ts';
import { wireMeasured, wireShape } from '../../../adapters/modbus/vibrating-wire-frame.ts';
import { ORDERS, TYPE_REGISTERS, modbusSlaves } from '../../../src/contract/acquire/modbus-slaves.ts';
import { sealed } from '../../../simulators/modbus/checksum.ts';
import { chances } from './chances.ts';

const types = Object.keys(TYPE_REGISTERS).filter((type) => type !== 'bool');
const points = types.map((type, i) => ({
  sensor: `s${String(i)}`,
  address: 4 * i,
  type,
  order: ORDERS[i % ORDERS.length],
  scale: 10 ** (i % 5),
}));
const slave = modbusSlaves(1, 247).parse([{ name: 'a', unit: 1, every: 1, points }])[0]!;
const [block] = readPlan(slave);
const modems = [{ registration: { text: 'DTU-7' } }, { registration: { pattern: '^[0-9]{15}' } }] as const;

/**
 * Gives framers and decoders so many cases of rubbish, of rubbish around frames, and of frames with rubbish in them. Each ends
 * with a value that is finite, a reason, or nothing; nothing throws, and memory stays as it was.
 */
export function fuzz(cases: number, seed: number): void {
  const draw = chances(seed);
  const whole = (most: number): number => Math.floor(draw() * most);
  const rubbish = (most: number): Buffer => Buffer.from(Array.from({ length: whole(most) }, () => whole(256)));
  const shapes = [rtuShape(block!), wireShape({ module: 1, channel: 2 })];
  let found = 0;
  const heaps: number[] = [];
  for (let i = 0; i < cases; i += 1) {
    const data = Buffer.concat([rubbish(2), Buffer.alloc(dataLength(block!), whole(256))]).subarray(
      0,
      dataLength(block!),
    );
    for (let j = 0; j < 12; j += 1) data[whole(data.length)] = whole(256);
    const frame = sealed(Buffer.concat([Buffer.from([1, 3, data.length]), data]));
    if (draw() < 0.3) frame[whole(frame.length)] = whole(256);
    const came = Buffer.concat([rubbish(60), draw() < 0.7 ? frame : rubbish(300), rubbish(60)]);
    const heartbeat = rubbish(4);
    const one = findFrame(came, shapes, heartbeat.length > 0 ? heartbeat : undefined);
    if (one?.answer.kind === 'data' && one.shape === shapes[0]) {
      found += 1;
      for (const { value, why, quality } of valuesIn(block!, one.answer.data))
        expect(value === null ? quality === 'bad' && why !== undefined : Number.isFinite(value)).toBe(true);
    }
    wireMeasured(Buffer.concat([rubbish(10), Buffer.alloc(22)]).subarray(0, 22));
    const tcp = nextTcpFrame(Buffer.concat([Buffer.from([0, 1, 0, 0, 0]), rubbish(300)]));
    if (tcp.kind === 'frame') {
      expect(tcp.rest.length).toBeLessThan(300);
      tcpAnswer(tcp.unit, tcp.pdu, block!);
    }
    registered(modems, rubbish(400));
    if (i % Math.ceil(cases / 8) === 0) {
      globalThis.gc?.();
      heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
    }
  }
  // Rubbish alone would prove little: many frames were whole.
  expect(found).toBeGreaterThan(cases / 4);
  expect(heaps.at(-1)! - heaps[1]!, `MB of heap: ${heaps.map(Math.round).join(' ')}`).toBeLessThan(64);
}

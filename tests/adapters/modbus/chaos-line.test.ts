import { expect, it } from 'vitest';
import { listeningBus } from '../../../simulators/modbus/bus.ts';
import { MISHAPS } from '../../../simulators/modbus/chaos.ts';
import { eventually } from '../../support/eventually.ts';
import { chances } from './chances.ts';
import { recordedLine } from './line-record.ts';

const ADDRESSES = [0, 1, 30, 31, 60, 61];
const UNITS = [1, 2];
const told = (unit: number, address: number): number => 1_000 * unit + address;

it.each([
  ['serial', 'rtu-over-tcp'],
  ['tcp', 'modbus-tcp'],
] as const)(
  'A1 a whole line over real sockets gives no sensor another’s value, whatever happens to its %s answers',
  async (framing, protocol) => {
    const draw = chances(5);
    const memory = (unit: number) => ({
      register: (_: string, address: number) => told(unit, address),
      bit: () => undefined,
    });
    const slaves = new Map(UNITS.map((unit) => [unit, memory(unit)] as const));
    const fault = () => (draw() < 0.2 ? MISHAPS[Math.floor(draw() * MISHAPS.length)]! : 'none');
    await using bus = await listeningBus(framing, 0, { devices: { slaves }, fault, draw, patienceMs: 20 });
    await using line = recordedLine({
      protocol,
      host: '127.0.0.1',
      port: bus.port,
      timeoutMs: 20,
      ...(framing === 'serial' && { quietMs: 4, drainMs: 8 }),
      slaves: UNITS.map((unit) => ({
        name: `slave-${String(unit)}`,
        unit,
        every: 0.1,
        points: ADDRESSES.map((address) => ({ sensor: `s-${String(unit)}-${String(address)}`, address })),
      })),
    });
    const good = () => line.acquired.filter(({ quality }) => quality === 'good');
    await eventually(() => good().length > 300, { withinMs: 50_000 });
    const wrong = good().filter(({ sensorCode, value }) => {
      const [, unit, address] = sensorCode.split('-');
      return value !== told(Number(unit), Number(address));
    });
    expect(wrong).toEqual([]);
  },
  60_000,
);

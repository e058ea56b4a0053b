import { TYPE_REGISTERS } from '../../src/contract/acquire/modbus-slaves.ts';
import type { ModbusPoint, ModbusSlave } from '../../src/contract/acquire/modbus-slaves.ts';
import { bitValue, registerValue } from './register-codec.ts';
import type { PointValue } from './register-codec.ts';
import { TABLES, isBitTable } from './request-frame.ts';
import type { ReadRequest } from './request-frame.ts';

/** One request, and the points it brings, by their addresses. */
export interface Block extends ReadRequest {
  readonly points: readonly ModbusPoint[];
}

const endOf = ({ address, type }: ModbusPoint): number => address + TYPE_REGISTERS[type];

/** The fewest requests that bring these points of a slave within what it gives at once, and across gaps that are allowed. */
export function readPlan(slave: ModbusSlave, points: readonly ModbusPoint[] = slave.points): Block[] {
  return TABLES.flatMap((table) => {
    const isBit = isBitTable(table);
    const most = isBit ? slave.coilsMost : slave.registersMost;
    // A register read along costs two bytes: as many coils as these are bits.
    const gapMost = isBit ? slave.gapMost * 16 : slave.gapMost;
    const blocks: ModbusPoint[][] = [];
    let end = 0;
    for (const point of points.filter((each) => each.table === table).toSorted(byAddress)) {
      const last = blocks.at(-1);
      const first = last?.[0];
      const fits =
        first !== undefined && point.address - end <= gapMost && Math.max(end, endOf(point)) - first.address <= most;
      if (fits) last?.push(point);
      else blocks.push([point]);
      end = fits ? Math.max(end, endOf(point)) : endOf(point);
    }
    return blocks.map((each) => blockOf(slave.unit, each));
  });
}

const byAddress = (one: ModbusPoint, other: ModbusPoint): number =>
  one.address - other.address || endOf(one) - endOf(other);

/** The one request for points of one table, in the order of their addresses. */
function blockOf(unit: number, points: readonly ModbusPoint[]): Block {
  const [first] = points;
  if (first === undefined) throw new RangeError('a block has points');
  const count = Math.max(...points.map(endOf)) - first.address;
  return { unit, table: first.table, address: first.address, count, points };
}

/**
 * Two requests in place of one that was refused: somewhere in it is an address that the slave does not have. Without
 * the places between them. One of a single place is not split: it is what is refused.
 */
export function splitBlock({ unit, points }: Block): readonly [Block, Block] | undefined {
  const places = [...Map.groupBy(points, ({ address, type }) => `${String(address)} ${type}`).values()];
  if (places.length < 2) return undefined;
  const half = places.length >> 1;
  return [blockOf(unit, places.slice(0, half).flat()), blockOf(unit, places.slice(half).flat())];
}

/** What each point of a block says: `data` is exactly what the block asked for. */
export const valuesIn = (block: Block, data: Uint8Array): readonly PointValue[] =>
  block.points.map((point) => {
    const place = point.address - block.address;
    if (isBitTable(block.table)) return bitValue(point, (((data[place >> 3] ?? 0) >> (place & 7)) & 1) === 1);
    return registerValue(point, data.subarray(2 * place, 2 * (place + TYPE_REGISTERS[point.type])));
  });

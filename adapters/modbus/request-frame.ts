/** The four tables of a Modbus slave. */
export const TABLES = ['coil', 'discrete', 'holding', 'input'] as const;
export type Table = (typeof TABLES)[number];

/** A read of `count` places of one table, from `address` on, both as they go over the wire: the first place is 0. */
export interface ReadRequest {
  readonly unit: number;
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

/** What the protocol lets one request ask for. */
export const MOST: Readonly<Record<Table, number>> = { coil: 2_000, discrete: 2_000, holding: 125, input: 125 };
/** Of any table. */
export const PLACES = 65_536;

const FUNCTION: Readonly<Record<Table, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

export const isBitTable = (table: Table): boolean => table === 'coil' || table === 'discrete';
export const functionOf = (table: Table): number => FUNCTION[table];

/** How many bytes of data an answer has: two a register, a bit a coil. */
export const dataLength = ({ table, count }: Pick<ReadRequest, 'table' | 'count'>): number =>
  isBitTable(table) ? Math.ceil(count / 8) : 2 * count;

/** Function, address and count: what both framings carry. */
export const requestPdu = ({ table, address, count }: ReadRequest): readonly number[] => [
  functionOf(table),
  address >> 8,
  address & 0xff,
  count >> 8,
  count & 0xff,
];

/** What a slave said to one request. Data have exactly the length that was asked for. */
export type Answer =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  /** It refuses: 1 function, 2 address, 3 value, 4 device failure, 6 busy, 10 and 11 the gateway cannot reach it. */
  | { readonly kind: 'exception'; readonly code: number };

import { DataType, VariantArrayType } from 'node-opcua-client';
import type { DataValue } from 'node-opcua-client';
import type { UaValue } from './decode.ts';

/** A data value without the library. */
export const plainValue = ({ value, statusCode, sourceTimestamp, serverTimestamp }: DataValue): UaValue => ({
  value: value?.value as unknown,
  type: DataType[value?.dataType ?? DataType.Null] ?? 'Null',
  isArray: value !== null && value !== undefined && value.arrayType !== VariantArrayType.Scalar,
  status: statusCode.value >>> 0,
  statusName: statusCode.name,
  sourceAt: timeOf(sourceTimestamp),
  serverAt: timeOf(serverTimestamp),
});

/** The zero of its clock is 1601 and means that there is none. */
function timeOf(date: Date | null | undefined): number | null {
  const at = date?.getTime() ?? NaN;
  return Number.isFinite(at) && at > Date.UTC(1602, 0, 1) ? at : null;
}

/** What a server would say of a node in a namespace that it does not have. */
export const UNKNOWN_NODE: UaValue = {
  value: null,
  type: 'Null',
  isArray: false,
  status: 0x8034_0000,
  statusName: 'BadNodeIdUnknown: it has no such namespace',
  sourceAt: null,
  serverAt: null,
};

import type { ByteType } from '../../src/contract/dialect-config.ts';

/** How numbers lie in a payload of bytes. */
const BYTE_TYPES = {
  u8: { length: 1, get: (view, at) => view.getUint8(at) },
  i8: { length: 1, get: (view, at) => view.getInt8(at) },
  u16be: { length: 2, get: (view, at) => view.getUint16(at) },
  i16be: { length: 2, get: (view, at) => view.getInt16(at) },
  u16le: { length: 2, get: (view, at) => view.getUint16(at, true) },
  i16le: { length: 2, get: (view, at) => view.getInt16(at, true) },
  u32be: { length: 4, get: (view, at) => view.getUint32(at) },
  i32be: { length: 4, get: (view, at) => view.getInt32(at) },
  u32le: { length: 4, get: (view, at) => view.getUint32(at, true) },
  i32le: { length: 4, get: (view, at) => view.getInt32(at, true) },
  f32be: { length: 4, get: (view, at) => view.getFloat32(at) },
  f32le: { length: 4, get: (view, at) => view.getFloat32(at, true) },
} satisfies Record<ByteType, { length: number; get: (view: DataView, at: number) => number }>;

/** The number at that offset in bytes; `undefined` when the payload ends before it. May be NaN: floats have it. */
export function numberAt(bytes: Uint8Array, at: number, type: ByteType): number | undefined {
  const { length, get } = BYTE_TYPES[type];
  if (at + length > bytes.length) return undefined;
  return get(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
}

/** CRC-16/MODBUS (reflected 0x8005, start 0xFFFF) of a part of some bytes. On the line its low byte comes first. */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let i = from; i < to; i += 1) {
    crc ^= bytes[i] ?? 0;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** The bytes with their CRC behind them. */
export function withCrc(bytes: readonly number[]): Uint8Array {
  const frame = Uint8Array.from([...bytes, 0, 0]);
  const crc = crc16(frame, 0, bytes.length);
  frame[bytes.length] = crc & 0xff;
  frame[bytes.length + 1] = crc >> 8;
  return frame;
}

/** Whether the bytes from `from` to `to` end with the CRC of those before. */
export const hasCrc = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from > 2 && crc16(bytes, from, to - 2) === ((bytes[to - 2] ?? 0) | ((bytes[to - 1] ?? 0) << 8));

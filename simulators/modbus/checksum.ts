/** The CRC-16 of Modbus by a table, low byte first, as it stands behind a serial frame. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ ((value & 1) * 0xa001);
  return value;
});

export function sealed(bytes: Buffer): Buffer {
  const crc = bytes.reduce((sum, byte) => (sum >>> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0), 0xffff);
  const tail = Buffer.alloc(2);
  tail.writeUInt16LE(crc);
  return Buffer.concat([bytes, tail]);
}

/** Whether the last two bytes are the checksum of those before. */
export const isSealed = (frame: Buffer): boolean => frame.length > 3 && sealed(frame.subarray(0, -2)).equals(frame);

export type Coils = boolean[];

interface Slave {
  readonly unit: number;
  readonly coils: Coils;
  /** They stay as they are, whatever is written. */
  readonly welded: ReadonlySet<number>;
}

const READ_COILS = 1;
const WRITE_COIL = 5;
const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;
const NOT_THERE = 11;
const ON = 0xff00;

/** What a slave answers to one request: header of seven bytes (transaction, protocol 0, length, unit), then function and data. */
export function answer(request: Buffer, slave: Slave): Buffer {
  const unit = request.readUInt8(6);
  const code = request.readUInt8(7);
  const body = unit === slave.unit ? bodyOf(request.subarray(7), slave) : exception(code, NOT_THERE);
  const header = Buffer.alloc(7);
  request.copy(header, 0, 0, 4);
  header.writeUInt16BE(body.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, body]);
}

function bodyOf(request: Buffer, { coils, welded }: Slave): Buffer {
  const code = request.readUInt8(0);
  if ((code !== READ_COILS && code !== WRITE_COIL) || request.length !== 5) return exception(code, ILLEGAL_FUNCTION);
  const address = request.readUInt16BE(1);
  const value = request.readUInt16BE(3);
  if (address >= coils.length) return exception(code, ILLEGAL_ADDRESS);
  if (code === WRITE_COIL) {
    if (value !== ON && value !== 0) return exception(code, ILLEGAL_VALUE);
    if (!welded.has(address)) coils[address] = value === ON;
    // A slave says that it has heard: what the relay does is to be read back.
    return Buffer.from(request);
  }
  if (value < 1 || address + value > coils.length) return exception(code, ILLEGAL_ADDRESS);
  const bits = Buffer.alloc(Math.ceil(value / 8));
  coils.slice(address, address + value).forEach((isOn, i) => {
    const at = Math.floor(i / 8);
    if (isOn) bits.writeUInt8(bits.readUInt8(at) + 2 ** (i % 8), at);
  });
  return Buffer.concat([Buffer.from([code, bits.length]), bits]);
}

const exception = (code: number, reason: number): Buffer => Buffer.from([code + 0x80, reason]);

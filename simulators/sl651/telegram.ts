/** One element as a station encodes it. */
export interface ToldElement {
  /** `20`, `39`, `FF11`: hexadecimal. */
  readonly id: string;
  /** null: the station has no value, all bytes FF. */
  readonly value: number | null;
  readonly bytes: number;
  readonly decimals: number;
}

export interface Telegram {
  readonly centre: number;
  /** Ten digits. */
  readonly station: string;
  /** Four hexadecimal digits. */
  readonly password: string;
  /** `32` timed, `33` threshold, `34` hourly, `2F` still there … */
  readonly func: string;
  readonly serial: number;
  /** YYMMDDHHmmSS by the station's clock. */
  readonly sentAt: string;
  /** Hexadecimal, behind serial number and time; empty for `2F`. */
  readonly content: string;
  /** Which of how many packets. */
  readonly part?: { readonly number: number; readonly of: number };
  readonly more?: boolean;
}

const hex = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, '0');

/** An element in hexadecimal: identifier, length and decimals, digits. A minus is a first byte of FF. Throws where its digits do not fit. */
function elementHex({ id, value, bytes, decimals }: ToldElement): string {
  const head = id + hex(bytes * 8 + decimals, 1);
  if (value === null) return head + 'ff'.repeat(bytes);
  const digits = String(Math.round(Math.abs(value) * 10 ** decimals));
  const room = bytes * 2 - (value < 0 ? 2 : 0);
  if (digits.length > room) throw new RangeError(`${String(value)} does not fit into ${String(bytes)} bytes`);
  return head + (value < 0 ? 'ff' : '') + digits.padStart(room, '0');
}

/** What is reported of one moment, YYMMDDHHmm by the station's clock. */
export const reportHex = (station: string, observedAt: string, elements: readonly ToldElement[], kind = '48'): string =>
  `f1f1${station}${kind}f0f0${observedAt}${elements.map(elementHex).join('')}`;

/** The bytes of a message as it goes up, check sum and all. */
export function telegram(message: Telegram): Buffer {
  const { centre, station, password, func, serial, sentAt, content, part, more = false } = message;
  const packet = part === undefined ? '' : hex(part.of, 2).slice(1) + hex(part.number, 2).slice(1);
  const body = packet + hex(serial, 2) + sentAt + content;
  const start = part === undefined ? '02' : '16';
  const head = `7e7e${hex(centre, 1)}${station}${password}${func}${hex(body.length / 2, 2)}${start}`;
  const bytes = Buffer.from(head + body + (more ? '17' : '03'), 'hex');
  return Buffer.concat([bytes, checkSum(bytes)]);
}

/** High byte first, other than in Modbus. */
function checkSum(bytes: Uint8Array): Buffer {
  let register = 0xffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let i = 0; i < 8; i += 1) {
      const isOdd = register % 2 === 1;
      register = Math.floor(register / 2);
      if (isOdd) register ^= 0xa001;
    }
  }
  return Buffer.from([register >> 8, register & 0xff]);
}

/** What the centre answered. */
export interface Answer {
  readonly station: string;
  readonly func: string;
  readonly serial: number;
  /** `06` go on, `04` over, `1b` over and stay, `05` a question. */
  readonly end: string;
}

/** The first whole answer in what came, and how long it is; null while it is not whole. Throws where it is none. */
export function answerIn(bytes: Buffer): { answer: Answer; length: number } | null {
  if (bytes.length < 14) return null;
  if (bytes.toString('hex', 0, 2) !== '7e7e') throw new Error(`no answer begins with ${bytes.toString('hex', 0, 2)}`);
  const length = 14 + (bytes.readUInt16BE(11) & 0x0fff) + 3;
  if (bytes.length < length) return null;
  const whole = bytes.subarray(0, length);
  if (!checkSum(whole.subarray(0, length - 2)).equals(whole.subarray(length - 2))) throw new Error('a wrong check sum');
  if (bytes.readUInt8(11) >> 4 !== 8) throw new Error('no frame that goes down');
  const answer = {
    station: whole.toString('hex', 2, 7),
    func: whole.toString('hex', 10, 11),
    serial: whole.readUInt16BE(14),
    end: whole.toString('hex', length - 3, length - 2),
  };
  return { answer, length };
}

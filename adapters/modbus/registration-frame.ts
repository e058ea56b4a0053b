import type { ModbusModem, WrittenBytes } from '../../src/contract/acquire/modbus-config.ts';

/** The bytes that are written as text or as hexadecimal digits. */
export function bytesOf(written: WrittenBytes): Uint8Array {
  return 'hex' in written
    ? Uint8Array.from(written.hex.match(/[0-9A-Fa-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16))
    : new TextEncoder().encode(written.text);
}

/** A registration is found in so many bytes, or never. */
export const REGISTRATION_BYTES_MOST = 256;

/** Which modem it is that sent this first, if it can be told yet: the most of them that are said explicitly, then patterns. */
export function registered<M extends Pick<ModbusModem, 'registration'>>(
  modems: readonly M[],
  came: Uint8Array,
): M | undefined {
  const text = latin1(came.subarray(0, REGISTRATION_BYTES_MOST));
  const said = modems
    .flatMap((modem) =>
      'pattern' in modem.registration ? [] : [{ modem, bytes: latin1(bytesOf(modem.registration)) }],
    )
    .filter(({ bytes }) => text.includes(bytes))
    // Of `DAM-1` and `DAM-12` both are in `DAM-12`.
    .toSorted((one, other) => other.bytes.length - one.bytes.length);
  return (
    said[0]?.modem ??
    modems.find(({ registration }) => 'pattern' in registration && new RegExp(registration.pattern).test(text))
  );
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

import { AppError } from '../../src/core/errors.ts';
import type { OpenWire } from './wire.ts';

interface SerialOptions {
  readonly device: string;
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Opens a serial port, for us alone. Its native part is loaded by the first line that needs it. */
export const serial =
  ({ device, baud, parity, stopBits }: SerialOptions): OpenWire =>
  async (ears) => {
    const { SerialPort } = await import('serialport').catch((error: unknown) => {
      throw away('serial ports cannot be used on this system', error);
    });
    const port = new SerialPort({ path: device, baudRate: baud, parity, stopBits, dataBits: 8, autoOpen: false });
    await new Promise<void>((resolve, reject) =>
      port.open((error) => (error === null ? resolve() : reject(away(error.message, error)))),
    );
    const close = (): void => {
      if (port.isOpen) port.close(() => {});
    };
    port.on('data', (bytes: Buffer) => ears.came(bytes));
    port.on('error', close);
    port.on('close', () => ears.closed());
    return { write: (bytes) => void port.write(bytes), close };
  };

const away = (why: string, cause: unknown): AppError =>
  new AppError('adapter/not-connected', why, { cause, retryable: true, facts: { why } });

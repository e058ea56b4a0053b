import modbus from 'modbus-serial';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { Carrier } from './carrier.ts';
import { notNow, refused } from './vendor-request.ts';

// Its types say that this is a module, its code that it is the class itself: `default` is the class by both.
const ModbusRTU = modbus.default;

interface SirenOptions {
  /** By which contacts name it. */
  readonly siren: string;
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  /** Number of the coil that sounds it, from 0. */
  readonly coil: number;
  readonly timeoutMs?: DurationMs;
}

/**
 * A siren or loudspeaker behind a coil of a Modbus TCP slave. Called, it is switched on and read back; it sounds until it is
 * hung up. A coil that reads back otherwise did not sound: that is refused.
 */
export function sirenCarrier({ siren, host, port, unit, coil, timeoutMs = 4 * SECOND }: SirenOptions): Carrier {
  /** One connection for each thing that is asked: a slave often takes but one, and a line that is idle breaks unseen. */
  async function atSlave<T>(work: (client: InstanceType<typeof ModbusRTU>) => Promise<T>): Promise<T> {
    const client = new ModbusRTU();
    client.setTimeout(timeoutMs);
    try {
      await client.connectTCP(host, { port, timeout: timeoutMs });
      client.setID(unit);
      return await work(client);
    } catch (error) {
      throw error instanceof AppError ? error : failure(error);
    } finally {
      // Not waited for: of a line that never stood it tells nothing.
      client.destroy(() => {});
    }
  }

  const turn = (isOn: boolean): Promise<void> =>
    atSlave(async (client) => {
      await client.writeCoil(coil, isOn);
      const { data } = await client.readCoils(coil, 1);
      if (data[0] !== isOn) throw refused('read-back');
    });

  return {
    async call({ to }) {
      if (to !== siren) throw refused('another-siren');
      await turn(true);
      return `coil ${String(coil)}`;
    },
    message: () => Promise.reject(refused('siren-only')),
    async hangUp() {
      try {
        await turn(false);
      } catch (error) {
        // It still sounds: that must be tried again, whatever the reason.
        throw error instanceof AppError ? notNow(String(error.facts['code'] ?? error.message)) : error;
      }
    },
    async about() {
      await atSlave((client) => client.readCoils(coil, 1));
      return { name: `siren ${siren} at ${host}:${String(port)}`, simulated: false, page: null };
    },
  };
}

/** An exception of the slave is an answer; all else is a line that is not there. */
function failure(error: unknown): AppError {
  const { modbusCode } = error as { readonly modbusCode?: number };
  return modbusCode === undefined
    ? new AppError('carrier/unreachable', 'the siren does not answer', { cause: error, retryable: true })
    : refused(`modbus-exception-${String(modbusCode)}`);
}

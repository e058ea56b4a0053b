import { pino } from 'pino';
import type { Line, LinePorts, LineReport } from '../../../adapters/acquisition.ts';
import type { Acquired } from '../../../src/core/acquired.ts';
import { modbusProtocol } from '../../../adapters/modbus/modbus-line.ts';
import { ModbusLine } from '../../../src/contract/acquire/modbus-config.ts';
import { hostClock } from '../../../src/platform/clock.ts';

/** A line that runs, and all it gave and said. Disposing it stops it. */
export interface RecordedLine extends AsyncDisposable {
  readonly line: Line;
  readonly acquired: Acquired[];
  readonly reports: LineReport[];
  /** Warnings of its log, each as JSON. */
  readonly logged: string[];
  /** What came last of a sensor. */
  newest(sensorCode: string): Acquired | undefined;
  /** The newest report about a device, or the line. */
  about(device?: string): LineReport | undefined;
  stop(): Promise<void>;
}

type Written = Record<string, unknown>;

/** Runs a line of this configuration. */
export function recordedLine(written: Written): RecordedLine {
  const acquired: Acquired[] = [];
  const reports: LineReport[] = [];
  const logged: string[] = [];
  const ports: LinePorts = {
    clock: hostClock(),
    log: pino({}, { write: (line: string) => void logged.push(line) }),
    site: { id: 'site', timeZone: 'Asia/Shanghai' },
    folder: () => Promise.reject(new Error('a Modbus line remembers nothing')),
    secret: () => Promise.reject(new Error('a Modbus line has no secrets')),
    offer: (values) => {
      acquired.push(...values);
      return Promise.resolve();
    },
    report: (report) => void reports.push(report),
  };
  const line = modbusProtocol().line(ModbusLine.parse({ name: 'line', ...written }), ports);
  const end = new AbortController();
  const running = line.run(end.signal);
  running.catch(() => {});
  const stop = async (): Promise<void> => {
    end.abort();
    await running;
  };
  return {
    line,
    acquired,
    reports,
    logged,
    newest: (code) => acquired.findLast(({ sensorCode }) => sensorCode === code),
    about: (device) => reports.findLast((report) => report.device === device),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

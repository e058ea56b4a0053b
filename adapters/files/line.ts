import type { FilesLine } from '../../src/contract/acquire/files-config.ts';
import { SECOND } from '../../src/core/time.ts';
import { pause } from '../../src/platform/back-off.ts';
import type { Line, LinePorts, Protocol, RawValue } from '../acquisition.ts';
import type { Acquired } from '../../src/core/acquired.ts';
import type { Instant } from '../../src/core/time.ts';
import { folderReader } from './folder.ts';
import { readPiece } from './piece-decode.ts';
import { tableBegins } from './table-decode.ts';

/** A folder in which loggers leave files: looked into again and again, what is new in each file is read from where we were. */
function filesLine(config: FilesLine, ports: LinePorts): Line {
  const raw = new Map<string, RawValue>();
  const keepRaw = (acquired: readonly Acquired[]): void => {
    for (const { sensorCode, raw: text = '', value, receivedAt } of acquired) {
      const at = config.columns.find(({ sensor }) => sensor === sensorCode)?.column ?? sensorCode;
      raw.set(sensorCode, { at, sensorCode, raw: text, receivedAt, ...(value !== null && { value }) });
    }
  };
  return {
    async run(signal) {
      let newestAt = ports.clock.now();
      const onRead = (acquired: readonly Acquired[]): void => {
        keepRaw(acquired);
        newestAt = ports.clock.now();
      };
      const look = await folderReader(config, { ...ports, onRead });
      while (!signal.aborted) {
        try {
          const detail = (await look(signal)).join('; ');
          if (ports.clock.now() - newestAt > config.silentAfterSeconds * SECOND)
            ports.report({ state: 'faulty', fault: 'silent', ...(detail !== '' && { detail }) });
          else ports.report({ state: 'connected', ...(detail !== '' && { detail }) });
        } catch (error) {
          if (signal.aborted) return;
          if (!isOfFiles(error)) throw error;
          ports.report({ state: 'faulty', fault: 'unreachable', detail: error.message });
        }
        await pause(config.everySeconds * SECOND, signal);
      }
    },
    liveRaw: () => [...raw.values()],
  };
}

/** The folder is not there, or may not be read: that passes when somebody mends it. */
const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';

function tryFile(config: FilesLine, bytes: Uint8Array, at: Instant) {
  const { acquired, faults } = readPiece(config, tableBegins(config), {
    bytes,
    from: 0,
    receivedAt: at,
    takeRest: true,
  });
  return { acquired, refusals: faults };
}

/** CSV and TOA5 files in a folder. */
export const files: Protocol<FilesLine> = { line: filesLine, tryOut: tryFile };

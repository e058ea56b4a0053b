import { setDebugLogger, setErrorLogger, setWarningLogger } from 'node-opcua-client';
import type { Logger } from '../../src/platform/logger.ts';

/**
 * From now on the library speaks to `log`, at `debug`: it writes to the console by itself, many lines for one cut line,
 * and what we want told is told by `report`.
 */
export function hushLibrary(log: Logger): void {
  const say = (...said: unknown[]): void => {
    log.debug({ said: said.map(String).join(' ').slice(0, 1_000) }, 'node-opcua');
  };
  setWarningLogger(say);
  setErrorLogger(say);
  setDebugLogger(say);
}

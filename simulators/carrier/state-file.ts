import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { NetworkState } from './network-state.ts';
import type { PhoneNetwork } from './phone-network.ts';

/** What an earlier run left in `file`; null when there was none. One that cannot be read is told, and passed over. */
export function readState(file: string, say: (line: string) => void): NetworkState | null {
  try {
    return NetworkState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') say(`begins anew: ${file} cannot be read`);
    return null;
  }
}

/** Writes what the network knows, whole or not at all, after every change: before a request that made it is answered. */
export function keepState(file: string, network: PhoneNetwork, say: (line: string) => void): void {
  let waiting = false;
  let complained = false;
  const write = (): void => {
    waiting = false;
    try {
      writeFileSync(`${file}.new`, JSON.stringify(network.state()), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      if (!complained) say(`what the phones do is not kept: ${(error as Error).message}`);
      complained = true;
    }
  };
  network.watch(() => {
    if (!waiting) queueMicrotask(write);
    waiting = true;
  });
  write();
}

import type { Acquired } from '../../src/core/acquired.ts';
import type { Line, LinePorts, RawValue } from '../acquisition.ts';
import { SessionFailure } from './failure.ts';

/** Values on their way to the spool, in the order they came. */
export interface ValuesOut {
  /** Takes a value. One that was taken before, of the same time, number and quality, is not taken again. */
  put(acquired: Acquired, at: string): void;
  /** Resolves when all that was put is stored, rejects when it cannot be. */
  stored(): Promise<void>;
  /** Throws when more came than may wait: the session is to be ended, so that the server's own queues hold what comes. */
  check(): void;
  liveRaw: NonNullable<Line['liveRaw']>;
}

/** What may wait while the spool is slow. */
const WAITING_MOST = 50_000;
const BATCH_MOST = 1_000;

export function valuesOut({ offer }: Pick<LinePorts, 'offer'>): ValuesOut {
  const newest = new Map<string, RawValue>();
  const taken = new Map<string, string>();
  let waiting: Acquired[] = [];
  let storing: Promise<void> | null = null;
  let refused = 0;

  const store = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MOST);
      await offer(batch);
      waiting = waiting.slice(batch.length);
    }
    storing = null;
  };
  const stored = async (): Promise<void> => {
    await storing;
    refused = 0;
  };

  return {
    put(acquired, at) {
      const { sensorCode, value, raw = '', receivedAt } = acquired;
      newest.set(sensorCode, { at, sensorCode, raw, receivedAt, ...(value !== null && { value }) });
      const key = `${String(acquired.observedAt)} ${String(value)} ${acquired.quality} ${acquired.why ?? ''}`;
      if (taken.get(sensorCode) === key) return;
      if (waiting.length >= WAITING_MOST) {
        refused += 1;
        return;
      }
      taken.set(sensorCode, key);
      waiting.push(acquired);
      // Whether it failed is asked by \`stored\`.
      if (storing === null) (storing = store()).catch(() => {});
    },
    stored,
    check() {
      if (refused > 0)
        throw new SessionFailure(
          'spool-full',
          `${String(WAITING_MOST)} values wait, ${String(refused)} more were not taken`,
        );
    },
    liveRaw: () => [...newest.values()],
  };
}

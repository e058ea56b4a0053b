import type { Line, LinePorts, Protocol } from '../../../adapters/acquisition.ts';
import type { Protocols } from '../../../src/app/acquire-lines.ts';
import type { Acquired } from '../../../src/core/acquired.ts';
import { instant } from '../../../src/core/time.ts';

/** A line that gives what a test has it give. */
export interface HandLine {
  readonly name: string;
  readonly ports: LinePorts;
  give(...values: readonly number[]): Promise<void>;
  break(error: Error): void;
  /** Sensors that were asked to measure. */
  readonly measured: string[];
}

/** The protocol `files`, spoken by hand: each line that is begun is kept, newest last. */
export function linesByHand(): { protocols: Protocols; begun: HandLine[] } {
  const begun: HandLine[] = [];
  const protocol: Protocol<{ readonly name: string }> = {
    line({ name }, ports): Line {
      const broken = Promise.withResolvers<never>();
      const measured: string[] = [];
      return {
        async run(signal) {
          begun.push({
            name,
            ports,
            give: (...values) => ports.offer(values.map((value) => reading(value))),
            break: (error) => broken.reject(error),
            measured,
          });
          ports.report({ state: 'connected' });
          const ended = new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          await Promise.race([ended, broken.promise]);
        },
        measure(sensorCodes) {
          measured.push(...sensorCodes);
          return Promise.resolve();
        },
        liveRaw: () => [{ at: 'register 7', raw: '0x41C8', value: 25, receivedAt: instant(1) }],
      };
    },
  };
  return { protocols: { files: () => Promise.resolve(protocol as never) }, begun };
}

const reading = (value: number): Acquired => ({
  sensorCode: 'p1',
  observedAt: instant(1_780_000_000_000 + value),
  receivedAt: instant(1_780_000_000_000 + value),
  value,
  quality: 'good',
});

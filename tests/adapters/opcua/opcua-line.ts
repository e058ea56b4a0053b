import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { opcUaLine } from '../../../adapters/opcua/line.ts';
import { LINE_TIMES } from '../../../adapters/opcua/line-times.ts';
import type { LineTimes } from '../../../adapters/opcua/line-times.ts';
import type { Line, LineReport } from '../../../adapters/acquisition.ts';
import { OpcUaLine } from '../../../src/contract/acquire/opcua-config.ts';
import type { Acquired } from '../../../src/core/acquired.ts';
import { hostClock } from '../../../src/platform/clock.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { eventually } from '../../support/eventually.ts';

/** A line that runs, and all that it gave and said. Disposing it stops it. */
export interface RunningLine extends AsyncDisposable {
  readonly line: Line;
  readonly folder: string;
  readonly acquired: Acquired[];
  readonly reports: LineReport[];
  /** Waits for a value from now on, or among those that came. */
  value(sensorCode: string, is: (acquired: Acquired) => boolean, what?: string): Promise<Acquired>;
  report(is: (report: LineReport) => boolean, what?: string): Promise<LineReport>;
  /** What came so far is forgotten. */
  forget(): void;
  stop(): Promise<void>;
}

/** A fraction of the times at a dam; what they are to each other stays. */
export const QUICK: LineTimes = {
  ...LINE_TIMES,
  connectWithinMs: 4_000,
  answerWithinMs: 1_500,
  lookEveryMs: 200,
  keepAliveMs: 200,
  silentAfterMs: 1_500,
  rereadAfterMs: 300,
  deliveryMs: 700,
  retryFirstMs: 50,
  retryMostMs: 200,
  refusedRetryMs: 300,
  closeWithinMs: 500,
};

export async function runLine(
  written: Record<string, unknown>,
  {
    times = QUICK,
    folder: kept,
    secrets = {},
  }: { times?: LineTimes; folder?: string; secrets?: Record<string, string> } = {},
): Promise<RunningLine> {
  const config = OpcUaLine.parse({
    name: 'plc',
    protocol: 'opcua',
    samplingSeconds: 0.1,
    publishSeconds: 0.1,
    ...written,
  });
  const folder = kept ?? (await mkdtemp(path.join(tmpdir(), 'tailwatch-line-')));
  const acquired: Acquired[] = [];
  const reports: LineReport[] = [];
  const stopping = new AbortController();
  const line = opcUaLine(
    config,
    {
      clock: hostClock(),
      log: createLogger('test', 'silent'),
      site: { id: 'pond', timeZone: 'Asia/Shanghai' },
      folder: () => Promise.resolve(folder),
      secret: (name) => Promise.resolve(secrets[name] ?? ''),
      offer(values) {
        acquired.push(...values);
        return Promise.resolve();
      },
      report: (report) => void reports.push(report),
    },
    times,
  );
  const run = line.run(stopping.signal);
  run.catch(() => {});
  const stop = async (): Promise<void> => {
    stopping.abort();
    await run;
  };
  return {
    line,
    folder,
    acquired,
    reports,
    value: (sensorCode, is, what = `a value of ${sensorCode}`) =>
      eventually(() => acquired.find((each) => each.sensorCode === sensorCode && is(each)), {
        what,
        withinMs: WITHIN_MS,
      }),
    report: (is, what = 'a report') => eventually(() => reports.find(is), { what, withinMs: WITHIN_MS }),
    forget() {
      acquired.length = 0;
      reports.length = 0;
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      if (kept === undefined) await rm(folder, { recursive: true });
    },
  };
}

const WITHIN_MS = 20_000;

export const node = (name: string): string => `nsu=http://dam.example/plc;s=${name}`;

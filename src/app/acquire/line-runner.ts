import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line, LinePorts, Protocol, RawValue } from '../../../adapters/acquisition.ts';
import { acquiredMessages, acquiredTopic } from '../../contract/acquire/acquired-message.ts';
import type { AcquiredMessage } from '../../contract/acquire/acquired-message.ts';
import type { AcquireLine } from '../../contract/acquire/acquire-config.ts';
import type { Acquired } from '../../core/acquired.ts';
import { AppError } from '../../core/errors.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import { backOffMs, pause } from '../../platform/back-off.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Spool } from '../../platform/spool/spool.ts';
import type { Protocols } from '../acquire-lines.ts';
import { faultOf } from '../duty.ts';
import { lineVoice } from './line-voice.ts';

/** A line with the site it belongs to. */
export interface SiteLine {
  readonly siteId: string;
  readonly timeZone: string;
  readonly line: AcquireLine;
}

export interface RunnerPorts {
  readonly protocols: Protocols;
  readonly spool: Pick<Spool, 'put'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Lines keep what they must know under it. */
  readonly dataDir: string;
  /** A file for each password that lines name; null: there is none. */
  readonly secretsDir: string | null;
}

/** A line that runs, or is about to be begun anew. */
export interface RunningLine {
  readonly of: SiteLine;
  measure(sensorCodes: readonly string[], signal: AbortSignal): Promise<void>;
  liveRaw(): readonly RawValue[];
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = SECOND;
const MOST_PAUSE_MS = MINUTE;
/** A line that has run for so long has not failed again: its next fault is a first one. */
const WELL_AFTER_MS = 10 * MINUTE;
/** A line that has not ended by then is left behind: its port may be taken still. */
const ENDS_WITHIN_MS = 5 * SECOND;

/** Runs one line until it is stopped. What it throws is on record once, and it is begun anew after a growing pause. */
export function runLine(of: SiteLine, ports: RunnerPorts): RunningLine {
  const { clock, spool } = ports;
  const { siteId, line: config } = of;
  const log = ports.log.child({ site: siteId, line: config.name });
  const stop = new AbortController();
  const topic = acquiredTopic(siteId, config.name);
  let running: Line | undefined;

  const put = async (messages: readonly AcquiredMessage[]): Promise<void> => {
    const entries = messages.map((message) => ({ topic, payload: Buffer.from(JSON.stringify(message)) }));
    for (let failures = 0; entries.length > 0; failures += 1) {
      try {
        return await spool.put(entries);
      } catch (error) {
        if (failures === 0)
          log.error({ fault: (error as Error).message }, 'the spool cannot be written: the source waits');
        stop.signal.throwIfAborted();
        await pause(backOffMs(failures, 200, 10 * SECOND), stop.signal);
        stop.signal.throwIfAborted();
      }
    }
  };

  const voice = lineVoice({
    clock,
    tell(told, before) {
      const { device, state, fault, detail } = told;
      if (state === 'faulty') log.warn({ device, fault, detail }, 'gives nothing');
      else if (before?.state === 'faulty') log.info({ device }, 'gives again');
      // A start is no news; and its own log has it even where the spool cannot.
      if (state !== 'connecting') void put([{ said: [told] }]).catch(() => {});
    },
  });

  const linePorts: LinePorts = {
    clock,
    log,
    site: { id: siteId, timeZone: of.timeZone },
    async folder() {
      const path = join(ports.dataDir, 'lines', siteId, config.name);
      await mkdir(path, { recursive: true, mode: 0o700 });
      return path;
    },
    secret: (name) => secretNamed(ports.secretsDir, name),
    offer: (acquired: readonly Acquired[]) => put(acquiredMessages(acquired)),
    report: (report) => voice.report(report),
  };

  const begin = async (): Promise<void> => {
    const load: (() => Promise<Protocol<AcquireLine>>) | undefined = ports.protocols[config.protocol];
    if (load === undefined) throw new AppError('config/invalid', `this program does not speak ${config.protocol}`);
    running = (await load()).line(config, linePorts);
    voice.report({ state: 'connecting' });
    await running.run(stop.signal);
    if (!stop.signal.aborted) throw new Error('the line ended by itself');
  };

  const ended = (async (): Promise<void> => {
    for (let failures = 0; !stop.signal.aborted; failures += 1) {
      const begunAt = clock.now();
      try {
        await begin();
      } catch (error) {
        if (stop.signal.aborted) return;
        if (clock.now() - begunAt > WELL_AFTER_MS) failures = 0;
        if (!(error instanceof AppError)) log.error(faultOf(error), 'a line threw');
        const fault = error instanceof AppError && error.code.startsWith('config/') ? 'not-configured' : 'internal';
        voice.report({ state: 'faulty', fault, detail: (error as Error).message });
      } finally {
        running = undefined;
      }
      await pause(backOffMs(failures, FIRST_PAUSE_MS, MOST_PAUSE_MS), stop.signal);
    }
  })();

  return {
    of,
    async measure(sensorCodes, signal) {
      if (running === undefined) throw new AppError('line/away', 'the line does not run', { retryable: true });
      if (running.measure === undefined) throw new AppError('line/cannot', 'this protocol cannot be asked to measure');
      await running.measure(sensorCodes, AbortSignal.any([signal, stop.signal]));
    },
    liveRaw: () => running?.liveRaw?.() ?? [],
    async stop() {
      stop.abort(new DOMException('the line is stopped', 'AbortError'));
      const late = pause(ENDS_WITHIN_MS, AbortSignal.timeout(ENDS_WITHIN_MS)).then(() => 'late' as const);
      if ((await Promise.race([ended, late])) === 'late') log.error('has not ended within 5 s of its signal');
    },
  };
}

/** Read anew each time: a changed password counts at the next connect. */
async function secretNamed(dir: string | null, name: string): Promise<string> {
  const text =
    dir === null || !/^[a-z0-9][a-z0-9-]*$/.test(name) ? '' : await readFile(join(dir, name), 'utf8').catch(() => '');
  if (text.trim() !== '') return text.trim();
  throw new AppError(
    'config/setting',
    `there is no secret "${name}": ACQUIRE_SECRETS must be a folder with a file of that name`,
  );
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LinePorts, LineReport } from '../../adapters/acquisition.ts';
import type { Acquired } from '../../src/core/acquired.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logger.ts';

/** What a line is given in a test, and what it did with it. */
export interface HandPorts extends LinePorts, AsyncDisposable {
  readonly offered: Acquired[];
  readonly reports: LineReport[];
  /** From now on the spool is full: what is offered waits. */
  hold(): void;
  /** The spool takes again, also what waits. */
  release(): void;
  /** What is waiting is refused, as when a line is stopped. */
  refuse(): void;
  readonly waiting: number;
}

export async function handPorts(secrets: Readonly<Record<string, string>> = {}): Promise<HandPorts> {
  const offered: Acquired[] = [];
  const reports: LineReport[] = [];
  let held: { go: () => void; stop: () => void }[] = [];
  let isHeld = false;
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-line-'));
  const let_ = (how: 'go' | 'stop'): void => {
    isHeld = false;
    for (const each of held) each[how]();
    held = [];
  };
  return {
    clock: hostClock(),
    log: createLogger('acquire', 'silent'),
    site: { id: 'pond', timeZone: 'Asia/Shanghai' },
    folder: () => Promise.resolve(folder),
    secret: (name) =>
      secrets[name] === undefined ? Promise.reject(new Error(`no secret ${name}`)) : Promise.resolve(secrets[name]),
    async offer(acquired) {
      if (isHeld)
        await new Promise<void>((go, stop) => {
          held.push({ go, stop: () => stop(new Error('stopped')) });
        });
      offered.push(...acquired);
    },
    report: (report) => void reports.push(report),
    offered,
    reports,
    hold() {
      isHeld = true;
    },
    release() {
      let_('go');
    },
    refuse() {
      let_('stop');
    },
    get waiting() {
      return held.length;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

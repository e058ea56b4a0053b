import { join } from 'node:path';
import { acquiredTopic } from '../../contract/acquire/acquired-message.ts';
import type { AcquiredMessage } from '../../contract/acquire/acquired-message.ts';
import { toldTopic } from '../../contract/acquire/command.ts';
import type { Told } from '../../contract/acquire/command.ts';
import { thinMessages } from '../../contract/acquire/thin.ts';
import { DAY, HOUR, SECOND } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import type { Logger } from '../../platform/logger.ts';
import type { SpoolEntry } from '../../platform/spool/record.ts';
import { openSpool } from '../../platform/spool/spool.ts';
import type { Spool, SpoolLoss } from '../../platform/spool/spool.ts';
import type { Protocols } from '../acquire-lines.ts';
import { commands } from './commands.ts';
import { forwarder } from './forwarder.ts';
import { lineKeeper } from './line-keeper.ts';
import type { SiteLine } from './line-runner.ts';
import type { BrokerTrust } from '../../platform/broker-trust.ts';

export interface AcquireOptions {
  /** `central`, or how the process at a mine is called. */
  readonly name: string;
  /** Under which its spool and its lines' folders lie. */
  readonly dataDir: string;
  readonly secretsDir: string | null;
  readonly broker: {
    readonly url: string;
    readonly trust?: BrokerTrust | undefined;
    readonly hears: readonly string[];
  };
  readonly spool: { readonly megabytes: number; readonly days: number };
  readonly protocols: Protocols;
  readonly clock: Clock;
  readonly log: Logger;
}

const PULSE_EVERY_MS = 10 * SECOND;
/** What was lost is told so often at most; it is counted meanwhile. */
const LOSS_TOLD_EVERY_MS = HOUR;

/** What went since it was told last; `why` of the newest, null: nothing did. */
interface Lost {
  readonly why: SpoolLoss['why'] | null;
  readonly values: number;
  readonly bytes: number;
  readonly toldAt: number;
}

/** Lines, spool and forwarding of one acquire process, wherever its configuration comes from. */
export async function acquireWork({ name, dataDir, secretsDir, broker, spool: bounds, ...ports }: AcquireOptions) {
  const { clock, log, protocols } = ports;
  let sites: readonly string[] = [];
  let lost: Lost = { why: null, values: 0, bytes: 0, toldAt: -Infinity };

  const onLoss = ({ why, count, bytes }: SpoolLoss): void => {
    lost = { ...lost, why, values: lost.values + count, bytes: lost.bytes + bytes };
    // Not from here: the spool is in the middle of a write.
    setImmediate(tellLoss);
  };
  /** Asked with each pulse too: the last loss of an hour is told when the hour is over, one of the start when sites are known. */
  const tellLoss = (): void => {
    const { why, values, bytes, toldAt } = lost;
    if (why === null || sites.length === 0 || clock.now() - toldAt < LOSS_TOLD_EVERY_MS) return;
    log.error({ why, values, bytes }, 'the spool lost what was not forwarded');
    lost = { why: null, values: 0, bytes: 0, toldAt: clock.now() };
    void sayOfItself(spool, 'spool-full', `${why}: ${String(values)} values or messages, ${String(bytes)} bytes`);
  };
  const spool = await openSpool({
    dir: join(dataDir, 'spool'),
    clock,
    bytesMax: bounds.megabytes * 1_048_576,
    ageMaxMs: bounds.days * DAY,
    thin: thinEntries,
    onLoss,
  });

  /** The process itself stands among the lines of each site, under a name that no line can have. */
  const sayOfItself = async (into: Spool, fault: 'spool-full' | null, detail: string | null): Promise<void> => {
    const said = [{ device: null, state: 'connected', fault, detail, at: clock.now() }] as const;
    const entries = sites.map((siteId) => ({
      topic: acquiredTopic(siteId, `~${name}`),
      payload: Buffer.from(JSON.stringify({ said } satisfies AcquiredMessage)),
    }));
    if (entries.length > 0) await into.put(entries).catch(() => {});
  };

  const lines = lineKeeper({ protocols, spool, clock, log, dataDir, secretsDir });
  const forward = forwarder({
    spool,
    log,
    ...broker,
    clientId: `tailwatch-acquire-${name}-${String(process.pid)}`,
    onMessage: (topic, payload) => obey(topic, payload),
  });
  const obey = commands({ lines, tell: (topic, payload) => forward.tell(topic, payload), log });

  const pulse = (): void => {
    tellLoss();
    const told: Told = { kind: 'pulse', at: clock.now(), waitingBytes: spool.bytes() };
    for (const siteId of sites) forward.tell(toldTopic(siteId, name), JSON.stringify(told));
  };

  return {
    lines,
    spool,
    /** These lines from now on. */
    async follow(wanted: readonly SiteLine[]): Promise<void> {
      const before = sites;
      sites = [...new Set(wanted.map(({ siteId }) => siteId))];
      await lines.follow(wanted);
      if (sites.join() !== before.join()) await sayOfItself(spool, null, null);
      tellLoss();
    },
    /** Until the signal: then the lines end first, and what they gave last is on disk. */
    async run(signal: AbortSignal): Promise<void> {
      const over = new AbortController();
      const pulsing = setInterval(pulse, PULSE_EVERY_MS);
      const forwarding = forward.run(over.signal);
      try {
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        await lines.stop();
      } finally {
        clearInterval(pulsing);
        over.abort();
        await forwarding;
        await spool[Symbol.asyncDispose]();
      }
    },
  };
}

/** By line: the messages of several stand among each other. */
function thinEntries(entries: readonly SpoolEntry[]): { kept: SpoolEntry[]; gone: number } {
  const left = new Map<SpoolEntry, AcquiredMessage>();
  let gone = 0;
  for (const [, own] of Map.groupBy(entries, ({ topic }) => topic)) {
    const messages = own.map(({ payload }) => JSON.parse(Buffer.from(payload).toString('utf8')) as AcquiredMessage);
    const thinned = thinMessages(messages);
    gone += thinned.gone;
    for (const [i, message] of thinned.perMessage.entries()) {
      const entry = own[i];
      if (entry !== undefined && message !== null) left.set(entry, message);
    }
  }
  const kept = entries.flatMap((entry): SpoolEntry[] => {
    const message = left.get(entry);
    return message === undefined ? [] : [{ topic: entry.topic, payload: Buffer.from(JSON.stringify(message)) }];
  });
  return { kept, gone };
}

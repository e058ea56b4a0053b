import { openForwardLine } from '../../../adapters/mqtt/forward-line.ts';
import type { ForwardLine } from '../../../adapters/mqtt/forward-line.ts';
import { SECOND } from '../../core/time.ts';
import { backOffMs, pause } from '../../platform/back-off.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ReadEntry, Spool } from '../../platform/spool/spool.ts';
import type { BrokerTrust } from '../../platform/broker-trust.ts';

interface ForwarderPorts {
  readonly spool: Spool;
  readonly log: Logger;
  readonly url: string;
  readonly trust?: BrokerTrust | undefined;
  readonly clientId: string;
  /** What is asked of this process, as filters of topics, and what is done about it. */
  readonly hears: readonly string[];
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
}

/** Messages that the broker has not acknowledged yet, at most: more than a commit takes, so that no commit waits for us. */
const IN_FLIGHT = 200;
const MOST_PAUSE_MS = 15 * SECOND;

export interface Forwarder {
  readonly isConnected: boolean;
  /** Publishes what the spool holds, in its order, until the signal aborts; connects again by itself. */
  run(signal: AbortSignal): Promise<void>;
  /** Told at most once, to whoever listens just now. */
  tell(topic: string, payload: string): void;
}

/**
 * From the spool to the broker, QoS 1. What the broker has acknowledged is settled, in order and without a hole: what was
 * under way when a line broke is sent again on the next, and the judge stores it once.
 */
export function forwarder({ spool, log, ...options }: ForwarderPorts): Forwarder {
  let line: ForwardLine | undefined;
  let failures = 0;
  let complaint = '';

  const say = (what: string, error?: unknown): void => {
    if (what === complaint) return;
    complaint = what;
    if (error === undefined) log.info(what);
    else log.warn({ fault: (error as Error).message, waitingBytes: spool.bytes() }, what);
  };

  const forward = async (on: ForwardLine, signal: AbortSignal): Promise<void> => {
    spool.rewind();
    const over = new AbortController();
    void on.closed.then(() => over.abort());
    const until = AbortSignal.any([signal, over.signal]);
    while (!until.aborted) {
      const entries = await spool.read(IN_FLIGHT);
      if (entries.length === 0) {
        await spool.waitForMore(until);
        continue;
      }
      await settleInOrder(entries, on);
      failures = 0;
    }
  };

  const settleInOrder = async (entries: readonly ReadEntry[], on: ForwardLine): Promise<void> => {
    const sent = entries.map(({ topic, payload }) => on.publish(topic, payload));
    const outcomes = await Promise.allSettled(sent);
    const failed = outcomes.findIndex(({ status }) => status === 'rejected');
    const last = entries[failed === -1 ? entries.length - 1 : failed - 1];
    if (last !== undefined) await spool.settle(last.after);
    const outcome = outcomes[failed];
    if (outcome?.status === 'rejected') throw outcome.reason as Error;
  };

  return {
    get isConnected() {
      return line !== undefined;
    },
    async run(signal) {
      const stop = (): void => void line?.close().catch(() => {});
      signal.addEventListener('abort', stop, { once: true });
      while (!signal.aborted) {
        try {
          line = await openForwardLine(options);
          say('forwarding to the broker');
          await forward(line, signal);
          if (!signal.aborted) throw new Error('the broker closed the line');
        } catch (error) {
          if (!signal.aborted) say('the broker does not take over: what is acquired waits on disk', error);
          failures += 1;
        } finally {
          await line?.close().catch(() => {});
          line = undefined;
        }
        await pause(backOffMs(failures, 200, MOST_PAUSE_MS), signal);
      }
      signal.removeEventListener('abort', stop);
    },
    tell(topic, payload) {
      line?.tell(topic, payload);
    },
  };
}

import type { DurationMs } from '../../src/core/time.ts';
import { askPlainly, hasSpoken } from './bus.ts';
import type { Bus, Debts, Outcome } from './bus.ts';
import { joined } from './joined-frame.ts';
import { dataLength } from './request-frame.ts';
import type { ReadRequest } from './request-frame.ts';
import { arrived, givenUp, settled } from './owed-plan.ts';
import { rtuRequest, rtuShape } from './rtu-frame.ts';
import { findFrame, isHeartbeat } from './shape-frame.ts';
import type { Shape } from './shape-frame.ts';
import type { Timeline } from './timeline.ts';
import { wireRequest, wireShape } from './vibrating-wire-frame.ts';
import type { Wire, WireEars } from './wire.ts';

/** How patient a line is, all in milliseconds. */
export interface SerialTiming {
  /** From the end of a request to the end of its answer; `onWireMs` besides. */
  readonly timeoutMs: DurationMs;
  /** Silence before a request. */
  readonly quietMs: DurationMs;
  /** Silence before a request after something went wrong. */
  readonly drainMs: DurationMs;
  /** How long so many bytes are on the line. */
  onWireMs(bytes: number): DurationMs;
}

interface RtuBusOptions {
  readonly open: (ears: WireEars) => Promise<Wire>;
  readonly timeline: Timeline;
  readonly timing: SerialTiming;
  readonly heartbeat?: Uint8Array | undefined;
  readonly debts: Debts;
}

/** Longest that a line may chatter before it is opened anew. */
const CHATTER_MOST_MS: DurationMs = 10_000;
/** More than this is never kept: no answer is longer. */
const KEPT_MOST = 1_024;
/** The longest frame. */
const FRAME_MOST = 256;
/** So many requests in a row to which nothing came at all, from nobody: the line may be open only here. */
const SILENT_MOST = 2;

/** What is waited for. */
interface Asked {
  readonly shape: Shape;
  settle(outcome: Outcome): void;
}

/**
 * A bus of serial frames, over whatever wire. Its frames have no numbers: which answer belongs to which request is known
 * by their order and their look alone (docs/adr/0024).
 */
export async function openRtuBus({ open, timeline, timing, heartbeat, debts }: RtuBusOptions): Promise<Bus> {
  let came: Uint8Array = new Uint8Array();
  let lastByteAt = timeline.now() - timing.quietMs;
  let isOpen = true;
  const end = Promise.withResolvers<void>();
  let isUneasy = debts.owed.length > 0;
  let silent = 0;
  let asked: Asked | null = null;
  /** Whoever waits for silence. */
  let wake: (() => void) | null = null;

  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    asked?.settle({ kind: 'closed' });
    wake?.();
    wire.close();
    end.resolve();
  };
  const wire = await open({
    came(bytes) {
      silent = 0;
      // The modem's own, not the bus's: nothing on the line is disturbed by it.
      if (asked === null && isHeartbeat(bytes, heartbeat)) return;
      lastByteAt = timeline.now();
      came = joined(came, bytes);
      if (came.length > KEPT_MOST) came = came.slice(-2 * FRAME_MOST);
      if (asked === null) isUneasy = true;
      search();
    },
    closed: close,
  });

  function search(): void {
    for (;;) {
      const shapes = debts.owed.map(({ shape }) => shape);
      if (asked !== null) shapes.unshift(asked.shape);
      if (shapes.length === 0) {
        came = new Uint8Array();
        return;
      }
      const found = findFrame(came, shapes, heartbeat);
      if (found === undefined) return;
      came = found.rest;
      const what = arrived(debts.owed, found, asked?.shape ?? null);
      if (what !== 'answer') {
        isUneasy = true;
        if (what === 'unsure') asked?.settle({ kind: 'bad-answer' });
        continue;
      }
      // What stands behind it was not asked for: the same once more, or a stranger.
      if (came.length > 0) isUneasy = true;
      asked?.settle(found.answer);
    }
  }

  /** Resolves when the line has been silent for as long as it takes now; false when it does not fall silent. */
  async function silence(): Promise<boolean> {
    const since = timeline.now();
    for (;;) {
      if (!isOpen) return false;
      const needMs = isUneasy ? Math.max(timing.quietMs, timing.drainMs) : timing.quietMs;
      const restMs = lastByteAt + needMs - timeline.now();
      if (restMs <= 0) break;
      if (timeline.now() - since > CHATTER_MOST_MS) return false;
      await new Promise<void>((resolve) => {
        const cancel = timeline.after(restMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
      wake = null;
    }
    isUneasy = false;
    came = new Uint8Array();
    return true;
  }

  async function transact(bytes: Uint8Array, shape: Shape, answerMs: DurationMs): Promise<Outcome> {
    if (!(await silence())) {
      close();
      return { kind: 'closed' };
    }
    const sentAt = timeline.now();
    const outcome = await new Promise<Outcome>((resolve) => {
      const cancel = timeline.after(answerMs, () => {
        asked?.settle({ kind: lastByteAt >= sentAt ? 'bad-answer' : 'no-answer' });
      });
      asked = {
        shape,
        settle(how) {
          cancel();
          asked = null;
          resolve(how);
        },
      };
      wire.write(bytes);
    });
    debts.owed = hasSpoken(outcome) ? settled(debts.owed, shape) : givenUp(debts.owed, shape, timeline.now());
    if (outcome.kind === 'data' || outcome.kind === 'exception') return outcome;
    isUneasy = true;
    silent = outcome.kind === 'no-answer' ? silent + 1 : 0;
    if (silent >= SILENT_MOST) close();
    return outcome;
  }

  const read = (request: ReadRequest): Promise<Outcome> => {
    const bytes = rtuRequest(request);
    // Unit, function, length and CRC stand around the data.
    const onWireMs = timing.onWireMs(bytes.length + dataLength(request) + 5);
    return transact(bytes, rtuShape(request), timing.timeoutMs + onWireMs);
  };

  return {
    get isOpen() {
      return isOpen;
    },
    ended: end.promise,
    close,
    async ask(query) {
      if (!isOpen) return { kind: 'closed' };
      if (query.kind === 'wire')
        return transact(wireRequest(query), wireShape(query), timing.timeoutMs + timing.onWireMs(9 + 22));
      return askPlainly(debts, query, read);
    },
  };
}

import type { DurationMs } from '../../src/core/time.ts';
import { askPlainly, hasSpoken } from './bus.ts';
import type { Bus, Debts, Outcome } from './bus.ts';
import { joined } from './joined-frame.ts';
import { givenUp, settled } from './owed-plan.ts';
import type { ReadRequest } from './request-frame.ts';
import { rtuShape } from './rtu-frame.ts';
import { nextTcpFrame, tcpAnswer, tcpRequest } from './tcp-frame.ts';
import type { Timeline } from './timeline.ts';
import type { Wire, WireEars } from './wire.ts';

interface TcpBusOptions {
  readonly open: (ears: WireEars) => Promise<Wire>;
  readonly timeline: Timeline;
  readonly timeoutMs: DurationMs;
  readonly debts: Debts;
}

/** Transaction numbers: sixteen bits. One connection waits for one answer at a time. */
const IDS = 65_536;

/** What is waited for. */
interface Asked {
  readonly id: number;
  readonly request: ReadRequest;
  settle(outcome: Outcome): void;
}

/**
 * One connection of Modbus TCP. Its frames are numbered; and it ends with the first thing that goes wrong, so that
 * nothing late can come by it when the numbers begin again. Behind a gateway is a serial line whose frames have no
 * numbers, and some gateways give what is late to whoever asks next: so debts count here too.
 */
export async function openTcpBus({ open, timeline, timeoutMs, debts }: TcpBusOptions): Promise<Bus> {
  let came: Uint8Array = new Uint8Array();
  let isOpen = true;
  const end = Promise.withResolvers<void>();
  let asked: Asked | null = null;
  let id = 0;

  const close = (why: Outcome = { kind: 'closed' }): void => {
    if (!isOpen) return;
    isOpen = false;
    asked?.settle(why);
    wire.close();
    end.resolve();
  };
  const wire = await open({
    came(bytes) {
      came = joined(came, bytes);
      while (isOpen) {
        const frame = nextTcpFrame(came);
        if (frame.kind === 'partial') return;
        if (frame.kind === 'lost') return close({ kind: 'bad-answer' });
        came = frame.rest;
        // Of another number: the same answer once more.
        if (asked === null || frame.id !== asked.id) continue;
        const answer = tcpAnswer(frame.unit, frame.pdu, asked.request);
        if (answer === undefined) return close({ kind: 'bad-answer' });
        asked.settle(answer);
      }
    },
    closed: () => close(),
  });

  const read = async (request: ReadRequest): Promise<Outcome> => {
    if (!isOpen) return { kind: 'closed' };
    id = (id + 1) % IDS;
    const outcome = await new Promise<Outcome>((resolve) => {
      const cancel = timeline.after(timeoutMs, () => close({ kind: came.length > 0 ? 'bad-answer' : 'no-answer' }));
      asked = {
        id,
        request,
        settle(how) {
          cancel();
          asked = null;
          resolve(how);
        },
      };
      wire.write(tcpRequest(id, request));
    });
    debts.owed = hasSpoken(outcome)
      ? settled(debts.owed, rtuShape(request))
      : givenUp(debts.owed, rtuShape(request), timeline.now());
    return outcome;
  };

  return {
    get isOpen() {
      return isOpen;
    },
    ended: end.promise,
    close: () => close(),
    async ask(query) {
      if (query.kind === 'wire') return { kind: 'no-answer' };
      return askPlainly(debts, query, read);
    },
  };
}

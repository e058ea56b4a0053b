import { isOwed, marker } from './owed-plan.ts';
import type { Owed } from './owed-plan.ts';
import type { Answer, ReadRequest } from './request-frame.ts';
import { rtuShape } from './rtu-frame.ts';
import type { WireRequest } from './vibrating-wire-frame.ts';

/** What a device can be asked. */
export type Query = ({ readonly kind: 'read' } & ReadRequest) | ({ readonly kind: 'wire' } & WireRequest);

/** What came of asking. Only `data` has a value in it, and they are those that were asked for. */
export type Outcome =
  | Answer
  /** Nothing came. */
  | { readonly kind: 'no-answer' }
  /** Something came, and no answer was in it. */
  | { readonly kind: 'bad-answer' }
  /** The wire is gone. */
  | { readonly kind: 'closed' };

/** Whether the device itself spoke. A gateway says by exceptions 10 and 11 that it did not. */
export const hasSpoken = (outcome: Outcome): boolean =>
  outcome.kind === 'data' || (outcome.kind === 'exception' && outcome.code !== 10 && outcome.code !== 11);

/** One wire and whom it leads to. */
export interface Bus {
  /** Asks one thing. Whoever asks waits for what came of it before asking again. Never throws. */
  ask(query: Query): Promise<Outcome>;
  readonly isOpen: boolean;
  /** Resolves when it is open no more. */
  readonly ended: Promise<void>;
  close(): void;
}

/** What may still come. It outlives a connection: a slave does not know that its line was opened anew. */
export interface Debts {
  owed: readonly Owed[];
}

/**
 * Reads, when nothing late can be taken for its answer. Where something could, a read that looks otherwise goes first: its
 * answer says that what is late has come or is lost.
 */
export async function askPlainly(
  debts: Debts,
  request: ReadRequest,
  read: (request: ReadRequest) => Promise<Outcome>,
): Promise<Outcome> {
  if (!isOwed(debts.owed, rtuShape(request))) return read(request);
  const first = marker(debts.owed, request);
  if (first === undefined) return { kind: 'no-answer' };
  const outcome = await read(first);
  return hasSpoken(outcome) ? read(request) : outcome;
}

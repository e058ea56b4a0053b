import type { Attempt, Callout } from './callout.ts';
import type { CarrierReply } from './carrier-report.ts';
import type { Said } from './callout-event.ts';
import { isPressed } from './code.ts';
import { MEANING } from './menu.ts';
import { noLongerNeeded, readBack } from './message.ts';
import { PHRASES } from './phrases.ts';
import type { CalloutPolicy } from './policy.ts';

/** A telephone that answers by itself must not be talked to for ever. */
const HINTS = 3;

interface AfterAnswer {
  readonly policy: CalloutPolicy;
  readonly callout: Callout;
  readonly attempt: Attempt;
  /** Of the callout. */
  readonly calloutId?: string;
}

/** What is said to somebody who has answered and pressed a key: what it was taken for, then what he may say besides. */
export function afterKey(line: AfterAnswer, digit: string): CarrierReply {
  const { policy, callout, attempt, calloutId } = line;
  const confirmed = readBack(policy, callout, attempt, calloutId).zh;
  const isAnswer = isPressed(digit, attempt.code);
  // A new call to him waits for this line.
  if (isAnswer && attempt.menu === undefined) return { say: confirmed, hangup: true };
  const { menu, evacuateAgain, notAKey } = PHRASES.zh;
  const asks = (text: string): CarrierReply => ({ say: text + menu, gather: { digits: 1 } });
  const what = MEANING[digit.normalize('NFKC').trim()];
  if (attempt.menu === 'over' || attempt.menu === undefined)
    return { say: what === undefined ? noLongerNeeded().zh : saidBack(callout, attempt, what), hangup: true };
  if (isAnswer) return asks(confirmed);
  if (attempt.menu === 'evacuate-once') return { say: evacuateAgain, gather: { digits: 1 } };
  return asks(what === undefined ? notAKey : saidBack(callout, attempt, what));
}

/** What is sent back to a message of somebody who has answered; `null`: nothing. The event's number is left out: it would be taken for a code. */
export function messageBack({ policy, callout, attempt }: AfterAnswer, keys: readonly string[]): string | null {
  const key = keys.at(-1);
  const what = key === undefined ? undefined : MEANING[key];
  if (attempt.menu === 'evacuate-once') return PHRASES.zh.evacuateAgain.replace('按', '回复');
  if (what !== undefined) return saidBack(callout, attempt, what);
  return attempt.menu === 'asked' ? readBack(policy, callout, attempt).zh + PHRASES.zh.menuByMessage : null;
}

/** Sent back to a message that was no answer; `null`: it has been said often enough, or is not asked of him any more. */
export const codeWanted = ({ attempt: { confirmed, hints = 0 } }: AfterAnswer): string | null =>
  confirmed || hints > HINTS ? null : PHRASES.zh.codeWanted;

function saidBack({ orders = [] }: Callout, { number }: Attempt, what: Said): string {
  const { said, saidForOthers } = PHRASES.zh;
  const order = orders.findLast(({ kind, attempt }) => kind === what && attempt === number);
  return said[what] + (order?.level === null ? saidForOthers : '');
}

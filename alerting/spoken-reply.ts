import type { Callout } from './callout.ts';
import type { CarrierReply, CarrierReport } from './carrier-report.ts';
import { overtakenText, saidInDrill } from './drill-words.ts';
import { afterKey } from './menu-text.ts';
import { noLongerNeeded, wrongDigit, wrongTooOften } from './message.ts';
import type { CalloutPolicy, Words } from './policy.ts';
import { WRONG_DIGITS } from './answer.ts';

interface OnTheLine {
  readonly policy: CalloutPolicy;
  /** The callout after what happened was taken in. */
  readonly callout: Callout;
  readonly attempt: number;
  /** The text of this call. */
  readonly say: Words;
  readonly calloutId?: string;
}

/** What the carrier is told to do next, after its report was taken in. Whatever is said on the line of a drill says so first. */
export function replyTo(report: CarrierReport, line: OnTheLine): CarrierReply {
  const reply = plainReply(report, line);
  const { policy, callout } = line;
  if (reply.say === undefined || policy.drill !== true) return reply;
  if (callout.drillEnded === 'real') return { say: overtakenText(policy.siteName).zh, hangup: true };
  return { ...reply, say: saidInDrill(policy, reply.say) };
}

function plainReply({ event, digit = '' }: CarrierReport, line: OnTheLine): CarrierReply {
  if (event === 'answered' || event === 'ringing') return replyToPickUp(line);
  if (event === 'digit') return replyToDigit(line, digit);
  return event === 'voicemail' ? { hangup: true } : {};
}

/** What is said next on a line where the phone was picked up: nothing new while the text is wanted, else why the call ends. */
export const replyToPickUp = ({ callout, attempt }: OnTheLine): CarrierReply =>
  callout.attempts.some(({ number, open }) => number === attempt && open) ? {} : farewell();

/** What is said after a key: the read-back and what he may say besides, the text again, or good-bye for now. */
export function replyToDigit(
  { policy, callout, attempt: number, say, calloutId }: OnTheLine,
  digit: string,
): CarrierReply {
  if (callout.phase === 'released') return farewell();
  const attempt = callout.attempts.find((one) => one.number === number);
  if (attempt?.confirmed === true)
    return afterKey({ policy, callout, attempt, ...(calloutId !== undefined && { calloutId }) }, digit);
  if (attempt !== undefined && attempt.wrongDigits >= WRONG_DIGITS) return { say: wrongTooOften().zh, hangup: true };
  return attempt?.open === true ? { say: wrongDigit(say).zh, gather: { digits: 1 } } : farewell();
}

const farewell = (): CarrierReply => ({ say: noLongerNeeded().zh, hangup: true });

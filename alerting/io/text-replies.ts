import type { WarningLevel } from '../../src/core/level.ts';
import type { Callout } from '../callout.ts';
import type { CarrierReply } from '../carrier-report.ts';
import { keysIn, repliesWith } from '../code.ts';
import { oldMessage } from '../dial.ts';
import { saidInDrill } from '../drill-words.ts';
import { codeWanted, messageBack } from '../menu-text.ts';
import { calloutById, take } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';

/**
 * Takes a text message from a telephone, in the caller's transaction, and says what is sent back; `null`: it was no answer.
 * One that names no message to that number is a wrong reply in every callout that asked this number; one that is only a
 * key belongs to the message it answered last.
 */
export async function takeReply(
  tx: Tx,
  { clock, draw, policyOf }: DeskPorts,
  from: string,
  text: string,
): Promise<CarrierReply | null> {
  const asked = await messagesTo(tx, from);
  const keyed = asked.find(({ outcome, code }) => outcome === 'replied' && keysIn(text, code).length > 0);
  const meant = asked.find(({ code }) => repliesWith(text, code)) ?? keyed;
  const concerned = meant === undefined ? newestOfEach(asked) : [meant];
  const held = new Map<string, HeldCallout>();
  // All of them before the log is locked, in an order that everybody keeps.
  for (const id of concerned.map(({ callout_id }) => callout_id).toSorted()) {
    const callout = await calloutById(tx, id);
    if (callout !== undefined) held.set(id, callout);
  }
  const at = await clock.read(tx);
  let back: string | null = null;
  const isDrill = ({ callout_id: id }: (typeof concerned)[number]): boolean => held.get(id)?.policy.drill === true;
  // Who is asked by something real as well is told what that wants, and must not take it for a drill.
  const realFirst = concerned.toSorted((one, other) => Number(isDrill(one)) - Number(isDrill(other)));
  for (const { callout_id: id, number, contact_id: contactId, level, code } of realFirst) {
    const callout = held.get(id);
    if (callout === undefined) continue;
    // Written by the callout's book, as this type.
    const message = { contactId, level: level as WarningLevel, code };
    const happening = { type: 'replied', attempt: number, text, message } as const;
    const state = await take(tx, callout, happening, { at, draw, policyOf });
    held.set(id, { ...callout, state });
    if (state === null || state.phase === 'released') continue;
    const line = { policy: callout.policy, callout: state, attempt: attemptOf(state, number, message) };
    const said = meant === undefined ? codeWanted(line) : messageBack(line, keysIn(text, code));
    back ??= said === null ? null : saidInDrill(callout.policy, said);
  }
  if (meant === undefined && back === null) return null;
  return back === null ? {} : { say: back };
}

const attemptOf = (state: Callout, number: number, message: Parameters<typeof oldMessage>[2]) =>
  state.attempts.find((one) => one.number === number) ?? oldMessage(state, number, message);

/** Newest first. */
const messagesTo = (tx: Tx, phone: string) =>
  tx
    .selectFrom('attempt')
    .innerJoin('callout', 'callout.id', 'attempt.callout_id')
    .select(['attempt.callout_id', 'attempt.number', 'attempt.code', 'attempt.contact_id', 'attempt.level'])
    .select('attempt.outcome')
    .where('attempt.medium', '=', 'sms')
    .where('attempt.phone', '=', phone)
    .where('attempt.code', '<>', '')
    .where('callout.ended_at', 'is', null)
    .orderBy('attempt.created_at', 'desc')
    .orderBy('attempt.number', 'desc')
    .execute();

/** The newest message to each person in each callout. */
const newestOfEach = (asked: Awaited<ReturnType<typeof messagesTo>>) =>
  asked.filter(
    ({ callout_id, contact_id }, i) =>
      asked.findIndex((one) => one.callout_id === callout_id && one.contact_id === contact_id) === i,
  );

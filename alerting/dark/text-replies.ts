import type { Attempt } from '../callout.ts';
import type { Happening } from '../callout-event.ts';
import { keysIn, repliesWith } from '../code.ts';
import { contactOf } from '../ladder.ts';
import { phonesOf } from '../phones.ts';
import type { Contact } from '../policy.ts';
import type { DarkSite } from './journal.ts';

interface Asked {
  readonly siteId: string;
  readonly attempt: Attempt;
}

/**
 * What a text message from a telephone says to the callouts that asked it. One that names no message to that number
 * (`meant` false) is a wrong reply in all of them.
 */
export function textReplies(sites: readonly DarkSite[], from: string, text: string) {
  const asked = sites.flatMap((site) => messagesTo(site, from));
  const meant =
    asked.find(({ attempt }) => repliesWith(text, attempt.code)) ??
    asked.find(({ attempt: { confirmed, code } }) => confirmed && keysIn(text, code).length > 0);
  const newest = asked.filter(
    ({ siteId, attempt }, i) =>
      asked.findIndex((one) => one.siteId === siteId && one.attempt.contactId === attempt.contactId) === i,
  );
  const happenings = (meant === undefined ? newest : [meant]).map(({ siteId, attempt }) => ({
    siteId,
    happening: { type: 'replied', attempt: attempt.number, text } as const satisfies Happening,
  }));
  return { meant: meant !== undefined, happenings };
}

/** Newest first. */
const messagesTo = ({ before: { siteId, policy }, state }: DarkSite, phone: string): readonly Asked[] =>
  (state?.attempts ?? [])
    .filter(
      ({ medium, contactId, code }) => medium === 'sms' && code !== '' && isHis(contactOf(policy, contactId), phone),
    )
    .toReversed()
    .map((attempt) => ({ siteId, attempt }));

const isHis = (contact: Contact | undefined, phone: string): boolean =>
  contact !== undefined && phonesOf(contact).includes(phone);

import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { personIn } from '../format/event-line.ts';
import { say } from '../live/language.ts';

interface PersonLineProps {
  readonly contactId: string;
  readonly overview: SiteOverview;
  /** Shows the masked number too. */
  readonly phone?: boolean;
}

/** A person with duty; somebody who is no contact (an account) by the name it has. */
export function PersonLine({ contactId, overview, phone = false }: PersonLineProps): JSX.Element {
  const words = say.value;
  const contact = overview.contacts.find((one) => one.contactId === contactId);
  if (contact === undefined) {
    return (
      <span class="person">
        <strong>{personIn(overview, contactId, words)}</strong> <span class="quiet">{words('answer.nobody')}</span>
      </span>
    );
  }
  const name = contact.name[words.language];
  const duty = words(`duty.${contact.duty}`);
  return (
    <span class="person">
      <strong>{name}</strong> {duty.toLowerCase() !== name.toLowerCase() && <span class="duty">{duty}</span>}{' '}
      {phone && <span class="phone">{contact.phone}</span>}
    </span>
  );
}

import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import type { RosterView } from '../../../src/contract/roster.ts';
import { problemText } from '../format/problem.ts';
import { ApiFault } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { Dialog } from './dialog.tsx';

interface RosterFormProps {
  /** On the button that opens it, and over the form. */
  readonly title: string;
  /** Does it; what it throws is told. */
  readonly onSend: (text: (name: string) => string, form: FormData) => Promise<unknown>;
  readonly onDone: () => void;
  readonly children: ComponentChildren;
}

interface Fault {
  readonly code: string;
  readonly field: string | undefined;
  readonly faults: ApiFault['faults'];
}

/** A button with a form behind it; everything that the server finds wrong is shown in it. */
export function RosterForm({ title, onSend, onDone, children }: RosterFormProps): JSX.Element {
  const words = say.value;
  const opened = useSignal(false);
  const sending = useSignal(false);
  const fault = useSignal<Fault | undefined>(undefined);

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    sending.value = true;
    fault.value = undefined;
    try {
      await onSend(text, form);
      opened.value = false;
      onDone();
    } catch (error) {
      if (!noticeSignedOut(error)) {
        const { field, faults } = error instanceof ApiFault ? error : { field: undefined, faults: [] };
        fault.value = { code: codeOf(error), field, faults };
      }
    }
    sending.value = false;
  };

  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          fault.value = undefined;
          opened.value = true;
        }}
      >
        {title}
      </button>
      {opened.value && (
        <Dialog
          title={title}
          wide
          onClose={() => {
            opened.value = false;
          }}
        >
          <form class="roster-form" onSubmit={(event) => void send(event)}>
            {children}
            <div class="fault" role="alert">
              {fault.value !== undefined && problemText(words, fault.value.code, fault.value.field)}
              {fault.value !== undefined && fault.value.faults.length > 0 && (
                <ul>
                  {fault.value.faults.map(({ path, message }) => (
                    <li key={`${path} ${message}`}>
                      {path} {message}
                    </li>
                  ))}
                </ul>
              )}
            </div>
            <div class="dialog-buttons">
              <button type="submit" class="button button-strong" disabled={sending.value}>
                {words('roster.save')}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

interface PersonSelectProps {
  readonly label: string;
  readonly name: string;
  readonly people: RosterView['people'];
  /** What is chosen where it may be nobody. */
  readonly none?: string;
}

/** Chooses one of the site's people. */
export function PersonSelect({ label, name, people, none }: PersonSelectProps): JSX.Element {
  const { language } = say.value;
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        {none !== undefined && <option value="">{none}</option>}
        {people.map((person) => (
          <option key={person.contactId} value={person.contactId}>
            {person.name[language]}
          </option>
        ))}
      </select>
    </label>
  );
}

interface WhenProps {
  readonly label: string;
  readonly name: string;
  readonly required?: boolean;
}

/** A moment by the wall of the site. */
export const When = ({ label, name, required = true }: WhenProps): JSX.Element => (
  <label>
    <span>{label}</span>
    <input type="datetime-local" name={name} required={required} />
  </label>
);

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { askAgain, session } from '../live/session.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { newPasswordFault } from '../state/new-password.ts';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';

interface ChangePasswordProps {
  readonly onChanged?: () => void;
}

/** Puts a password of one's own in the place of the present one; every other session of the account ends with it. */
export function ChangePassword({ onChanged }: ChangePasswordProps): JSX.Element {
  const words = say.value;
  const { sending, fault, submit, refuse } = useSubmission();
  const done = useSignal(false);

  const change = async (event: Event): Promise<void> => {
    const typed = typedInto(event);
    const form = event.currentTarget as HTMLFormElement;
    const wrong = newPasswordFault(typed('next'), typed('again'));
    done.value = false;
    if (wrong !== undefined) return refuse(wrong);
    const body = { password: typed('password'), next: typed('next') };
    if (!(await submit(() => ask('/api/session/password', null, { method: 'POST', body })))) return;
    form.reset();
    done.value = true;
    await askAgain();
    onChanged?.();
  };

  return (
    <form class="form" onSubmit={(event) => void change(event)}>
      <input
        class="unseen"
        type="text"
        autoComplete="username"
        value={session.value?.name ?? ''}
        readOnly
        tabIndex={-1}
      />
      <Field
        label={words('password.present')}
        name="password"
        type="password"
        required
        maxLength={200}
        autoComplete="current-password"
      />
      <NewPasswordFields />
      <FaultLine fault={fault} />
      <button type="submit" class="button button-strong" disabled={sending}>
        {words(sending ? 'form.sending' : 'password.change')}
      </button>
      <p role="status">{done.value && words('password.changed')}</p>
    </form>
  );
}

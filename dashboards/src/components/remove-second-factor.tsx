import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { askAgain } from '../live/session.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { CodeField } from './code-field.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';

/** Takes the second factor away, with the password and a code of it; the roles that need it allow nothing afterwards. */
export function RemoveSecondFactor(): JSX.Element {
  const words = say.value;
  const opened = useSignal(false);
  const { sending, fault, submit } = useSubmission();
  const remove = (event: Event): void => {
    const typed = typedInto(event);
    const body = { password: typed('password'), code: typed('code') };
    void submit(async () => {
      await ask('/api/session/second-factor/remove', null, { method: 'POST', body });
      await askAgain();
    });
  };
  if (!opened.value)
    return (
      <button
        type="button"
        class="button"
        onClick={() => {
          opened.value = true;
        }}
      >
        {words('factor.remove')}
      </button>
    );
  return (
    <form class="form" onSubmit={remove}>
      <p>{words('factor.removeExplain')}</p>
      <Field
        label={words('password.present')}
        name="password"
        type="password"
        required
        maxLength={200}
        autoComplete="current-password"
      />
      <CodeField explain={words('code.signIn')} />
      <FaultLine fault={fault} />
      <p class="button-row">
        <button type="submit" class="button button-strong" disabled={sending}>
          {words('factor.remove')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            opened.value = false;
          }}
        >
          {words('release.cancel')}
        </button>
      </p>
    </form>
  );
}

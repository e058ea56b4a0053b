import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { say } from '../live/language.ts';
import { setupCode } from '../live/link.ts';
import { askSetup, setUp, setupOpen } from '../live/setup.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { newPasswordFault } from '../state/new-password.ts';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { Front } from './front.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';

const leave = (): void => {
  setupCode.value = null;
};

/** The first-run wizard: makes the first administrator, for whoever has the code that was printed where the service runs. */
export function Wizard({ code }: { readonly code: string }): JSX.Element {
  const words = say.value;
  useEffect(() => void askSetup(), []);
  return (
    <Front title={words('setup.title')}>
      {setupOpen.value === false ? (
        <p class="front-box">{words('problem.setup/closed')}</p>
      ) : (
        <FirstAdmin code={code} />
      )}
      <button type="button" class="button button-quiet" onClick={leave}>
        {words('setup.toSignIn')}
      </button>
    </Front>
  );
}

function FirstAdmin({ code }: { readonly code: string }): JSX.Element {
  const words = say.value;
  const { sending, fault, submit, refuse } = useSubmission();
  // A link that has been replaced by a newer one: the code of that can be typed.
  const typesCode = code === '' || fault?.code === 'setup/wrong-code';

  const make = async (event: Event): Promise<void> => {
    const typed = typedInto(event);
    const wrong = newPasswordFault(typed('next'), typed('again'));
    if (wrong !== undefined) return refuse(wrong);
    const first = { code: typed('code') || code, name: typed('name').trim(), password: typed('next') };
    await submit(() => setUp(first));
  };

  return (
    <form class="form" onSubmit={(event) => void make(event)}>
      <p class="steps">{words('setup.step', { n: 1 })}</p>
      <p>{words('setup.explain')}</p>
      {typesCode && (
        <Field
          label={words('field.code')}
          hint={words('setup.whereCode')}
          name="code"
          class="code-input"
          required
          maxLength={60}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
        />
      )}
      <Field
        label={words('setup.name')}
        hint={words('setup.nameHint')}
        name="name"
        required
        maxLength={80}
        autoComplete="username"
        autoCapitalize="none"
        spellcheck={false}
      />
      <NewPasswordFields />
      <FaultLine fault={fault} />
      <button type="submit" class="button button-strong" disabled={sending}>
        {words(sending ? 'form.sending' : 'setup.make')}
      </button>
    </form>
  );
}

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../live/language.ts';
import { setupCode } from '../live/link.ts';
import { signIn } from '../live/session.ts';
import { askSetup, setupOpen } from '../live/setup.ts';
import { typedInto } from '../live/submission.ts';
import { CodeField } from './code-field.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { Front } from './front.tsx';
import { ProviderRefusal } from './provider-refusal.tsx';
import { ProviderSignIn } from './provider-sign-in.tsx';

/** The form in front of everything. Who has a second factor is asked for its code once name and password are right. */
export function SignIn({ ended }: { readonly ended: boolean }): JSX.Element {
  const words = say.value;
  const problem = useSignal<string | undefined>(undefined);
  const sending = useSignal(false);
  const asksCode = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => void askSetup(), []);

  const submit = async (event: Event): Promise<void> => {
    const typed = typedInto(event);
    const code = typed('code');
    sending.value = true;
    problem.value = undefined;
    const refused = await signIn({
      name: typed('name'),
      password: typed('password'),
      ...(code !== '' && { code }),
    });
    sending.value = false;
    if (refused === 'session/code-required') asksCode.value = true;
    else problem.value = refused;
    if (refused === 'second-factor/wrong-code') form.current?.querySelector<HTMLInputElement>('[name=code]')?.select();
  };

  return (
    <Front title={words('signIn.title')}>
      {ended && (
        <p class="sign-in-ended" role="alert">
          {words('signIn.ended')}
        </p>
      )}
      <ProviderRefusal />
      {setupOpen.value === true && <NobodyAdministers />}
      <form ref={form} class="form" onSubmit={(event) => void submit(event)}>
        <Field
          label={words('signIn.name')}
          name="name"
          required
          maxLength={80}
          autoComplete="username"
          autoCapitalize="none"
          spellcheck={false}
        />
        <Field
          label={words('signIn.password')}
          name="password"
          type="password"
          required
          maxLength={200}
          autoComplete="current-password"
        />
        {asksCode.value && <CodeField explain={words('code.signIn')} />}
        <FaultLine fault={problem.value === undefined ? undefined : { code: problem.value }} />
        <button type="submit" class="button button-strong" disabled={sending.value}>
          {words(sending.value ? 'signIn.sending' : 'signIn.submit')}
        </button>
        <ProviderSignIn />
        <p class="quiet">{words('signIn.hint')}</p>
      </form>
    </Front>
  );
}

/** The way to the wizard for who has no link at hand. Accounts that are there sign in all the same. */
function NobodyAdministers(): JSX.Element {
  const words = say.value;
  return (
    <div class="front-box">
      <strong>{words('setup.nobody')}</strong>
      <p>{words('setup.whereLink')}</p>
      <p>
        <code>{words('setup.command')}</code>
      </p>
      <button
        type="button"
        class="button"
        onClick={() => {
          setupCode.value = '';
        }}
      >
        {words('setup.typeCode')}
      </button>
    </div>
  );
}

import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { followOpenCarrier, openCarrier } from '../live/open-carrier.ts';
import { signIn } from '../live/session.ts';
import { CarrierBanner } from './carrier-banner.tsx';
import { LanguageSwitch } from './language-switch.tsx';

/** The form in front of everything. */
export function SignIn({ ended }: { readonly ended: boolean }): JSX.Element {
  const words = say.value;
  const problem = useSignal<string | undefined>(undefined);
  const sending = useSignal(false);
  useSignalEffect(() => {
    const leaving = new AbortController();
    void followOpenCarrier(leaving.signal);
    return () => {
      leaving.abort();
    };
  });

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const typed = (field: string): string => {
      const value = form.get(field);
      return typeof value === 'string' ? value : '';
    };
    sending.value = true;
    problem.value = await signIn(typed('name'), typed('password'));
    sending.value = false;
  };

  return (
    <main class="sign-in">
      {openCarrier.value !== undefined && <CarrierBanner carrier={openCarrier.value} />}
      <form class="sign-in-form" onSubmit={(event) => void submit(event)}>
        <p class="brand">{words('app.name')}</p>
        <h1>{words('signIn.title')}</h1>
        {ended && (
          <p class="sign-in-ended" role="alert">
            {words('signIn.ended')}
          </p>
        )}
        <label>
          <span>{words('signIn.name')}</span>
          <input name="name" required maxLength={80} autoComplete="username" autoCapitalize="none" spellcheck={false} />
        </label>
        <label>
          <span>{words('signIn.password')}</span>
          <input name="password" type="password" required maxLength={200} autoComplete="current-password" />
        </label>
        <p class="fault" role="alert">
          {problem.value !== undefined && problemText(words, problem.value)}
        </p>
        <button type="submit" class="button button-strong" disabled={sending.value}>
          {words(sending.value ? 'signIn.sending' : 'signIn.submit')}
        </button>
        <p class="quiet">{words('signIn.hint')}</p>
      </form>
      <LanguageSwitch />
    </main>
  );
}

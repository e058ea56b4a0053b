import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { say } from '../live/language.ts';
import { askSignInWays, provider } from '../live/sign-in-ways.ts';

/** The button that leads to the OpenID provider, where there is one. */
export function ProviderSignIn(): JSX.Element | null {
  useEffect(() => void askSignInWays(), []);
  const words = say.value;
  if (provider.value === null) return null;
  return (
    <a class="button" href={provider.value.start}>
      {words('openid.button', { label: provider.value.label })}
    </a>
  );
}

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { askSignInWays, provider, providerRefusal, strangersIdentity } from '../live/sign-in-ways.ts';

/** The button that leads to the OpenID provider, where there is one, and how it ended there the last time. */
export function ProviderSignIn(): JSX.Element {
  const words = say.value;
  const refusal = providerRefusal.value;
  const identity = strangersIdentity.value;
  useEffect(() => void askSignInWays(), []);
  return (
    <>
      {refusal !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, refusal)}
        </p>
      )}
      {identity !== undefined && (
        <p class="identity">
          {words('openid.tell')} <code>{identity}</code>
        </p>
      )}
      {provider.value !== null && (
        <a class="button" href={provider.value.start}>
          {words('openid.button', { label: provider.value.label })}
        </a>
      )}
    </>
  );
}

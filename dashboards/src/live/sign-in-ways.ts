import { signal } from '@preact/signals';
import { IdentityView, SignInWays } from '../../../src/contract/session.ts';
import { ask } from './api.ts';

/** The OpenID provider to sign in at; null: there is none, or the server has not said. */
export const provider = signal<SignInWays['oidc']>(null);
/** Why nobody was signed in at the provider: a code; undefined: it was not tried just now. */
export const providerRefusal = signal<string | undefined>(takeRefusal());
/** Whom the provider vouched for and no account knows. */
export const strangersIdentity = signal<string | undefined>(undefined);

/** The provider sends people back by way of the server, which says behind `#` how it ended. Told once: not after a reload. */
function takeRefusal(): string | undefined {
  const [, code] = /^#sign-in=([a-z/-]{1,60})$/.exec(window.location.hash) ?? [];
  if (code !== undefined) window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return code;
}

/** Asks what the form has to offer, and after a refusal whom to tell the administrator of. */
export async function askSignInWays(): Promise<void> {
  await ask('/api/sign-in-ways', SignInWays).then(
    ({ oidc }) => {
      provider.value = oidc;
    },
    () => undefined,
  );
  if (providerRefusal.value !== 'account/unknown-identity') return;
  strangersIdentity.value = await ask('/api/oidc/unknown-identity', IdentityView).then(
    ({ identity }) => identity,
    () => undefined,
  );
}

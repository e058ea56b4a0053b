import {
  ClientSecretBasic,
  ClientSecretPost,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { ClientAuth, Configuration } from 'openid-client';
import type { OpenIdSettings } from '../../platform/settings.ts';
import { notBegun, providerFailure } from './provider-failure.ts';
import { provedThere } from './second-factor-there.ts';

/** Whoever waits for a sign-in does not wait for longer, seconds. */
const ANSWER_WITHIN_S = 10;
/** The clock of a mine's machine may be off by this, seconds. */
const CLOCK_OFF_S = 60;

/** What proves, when somebody comes back from the provider, that they left from here. Kept sealed in their browser. */
export interface Secrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Whom the provider vouches for. */
export interface Vouched {
  /** `<issuer> <subject>`, as it stands in `account.identity`. */
  readonly identity: string;
  /** A second factor was proved there, and counts here. */
  readonly secondFactor: boolean;
}

export interface OpenIdProvider {
  /** Where to send a browser to sign in. Throws `openid/away`, `openid/bad-answer`. */
  begin(): Promise<{ readonly url: URL; readonly secrets: Secrets }>;
  /** Who came back, from the query they came back with. Throws `openid/not-begun`, `openid/denied`, `openid/away`, `openid/bad-answer`. */
  finish(query: string, secrets: Secrets): Promise<Vouched>;
}

/**
 * An OpenID provider, by authorization code with PKCE, state and nonce (OpenID Connect Core 3.1, RFC 7636).
 * It is asked about itself whenever somebody sets out for it: one that is away keeps nothing from starting, and nobody
 * is sent to an address where nobody answers.
 */
export function openIdProvider(settings: OpenIdSettings, redirectUri: URL): OpenIdProvider {
  let known: Configuration | null = null;
  let asking: Promise<Configuration> | null = null;

  const lookUp = (): Promise<Configuration> => {
    asking ??= ask(settings)
      .then((told) => (known = told))
      .finally(() => {
        asking = null;
      });
    return asking;
  };

  return {
    async begin() {
      const secrets = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(await lookUp(), {
        redirect_uri: redirectUri.href,
        scope: 'openid',
        state: secrets.state,
        nonce: secrets.nonce,
        code_challenge: await calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: 'S256',
        // Several people use the computer of a control room: nobody acts under the name of who sat there before.
        prompt: 'login',
      });
      return { url, secrets };
    },

    async finish(query, { state, nonce, verifier }) {
      const answer = new URL(redirectUri);
      answer.search = query;
      if (answer.searchParams.get('state') !== state) throw notBegun();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await authorizationCodeGrant(known ?? (await lookUp()), answer, checks).catch((error: unknown) => {
        throw providerFailure(error);
      });
      const claims = tokens.claims();
      if (claims === undefined) throw providerFailure(new Error('no ID token'));
      const secondFactor = settings.secondFactorCounts && provedThere(claims);
      return { identity: `${claims.iss} ${claims.sub}`, secondFactor };
    },
  };
}

const ask = ({ issuer, clientId, clientSecret }: OpenIdSettings): Promise<Configuration> =>
  discovery(new URL(issuer), clientId, { [clockTolerance]: CLOCK_OFF_S }, authentication(clientSecret), {
    timeout: ANSWER_WITHIN_S,
    // The signature is looked at too, though the token comes from the provider itself. The setting takes http for this machine alone.
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out, as its documentation says
    execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
  }).catch((error: unknown) => {
    throw providerFailure(error);
  });

/** As the provider takes it; one that does not say takes Basic (OpenID Connect Discovery 3). */
function authentication(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...rest) => {
    const takes = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (takes.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from '../../src/platform/free-port.ts';

/** Whoever is typed at the login page gets in; `name+otp` has proved a one-time code too. */
const methodsOf = (login: string): string[] => (login.endsWith('+otp') ? ['pwd', 'otp'] : ['pwd']);

export interface TestProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Nobody listens there until `back`. */
  away(): Promise<void>;
  back(): Promise<void>;
}

/**
 * A real OpenID provider (the package oidc-provider) on this machine, with a login page of its own. It is `localhost`,
 * which for a browser is another site than the service at 127.0.0.1.
 */
export async function startProvider(redirectUri: string): Promise<TestProvider> {
  const port = await freePort([], 'localhost');
  const issuer = `http://localhost:${String(port)}`;
  const [clientId, clientSecret] = ['tailwatch', randomBytes(24).toString('hex')];
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] as never },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub', 'amr'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
    // Whoever logs in has agreed.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        accountId: oidc.session?.accountId ?? '',
        clientId: oidc.client?.clientId ?? '',
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const login = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return void response.setHeader('content-type', 'text/html').end(LOGIN_PAGE);
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString('utf8'));
    const name = form.get('login') ?? '';
    await provider.interactionFinished(
      request,
      response,
      name === '' ? { error: 'access_denied' } : { login: { accountId: name, amr: methodsOf(name) } },
    );
  };
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/login/') !== true) return void answer(request, response);
    login(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const back = async (): Promise<void> => void (await once(server.listen(port, 'localhost'), 'listening'));
  const away = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  await back();
  return {
    issuer,
    clientId,
    clientSecret,
    away,
    back,
    async [Symbol.asyncDispose]() {
      if (server.listening) await away();
    },
  };
}

const LOGIN_PAGE = `<!doctype html><title>Provider</title><form method="post">
<label>Login <input name="login"></label><button>Continue</button></form>`;

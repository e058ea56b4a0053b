import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { SignInWays } from '../../contract/session.ts';
import { open } from '../doors.ts';

interface WaysDeps {
  /** On the button of the OpenID provider; null: there is none. */
  readonly label: string | null;
  readonly publicUrl: URL;
}

/** How one can sign in: the page shows a button for each. */
export const signInWaysRoutes: FastifyPluginAsyncZod<WaysDeps> = async (app, { label, publicUrl }) => {
  // At the address that the provider sends people back to: what a browser keeps until then is kept for that address alone.
  const start = `${publicUrl.href.replace(/\/$/, '')}/api/oidc/start`;
  app.get(
    '/api/sign-in-ways',
    { config: { door: open('what the sign-in form offers') }, schema: { response: { 200: SignInWays } } },
    async () => ({ password: true as const, oidc: label === null ? null : { label, start } }),
  );
};

import type { CookieSerializeOptions } from '@fastify/cookie';
import { z } from 'zod';
import { MINUTE, SECOND } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Sealer } from '../sealed.ts';

export const OPENID_COOKIE = 'tailwatch_openid';

/** As long as somebody takes to find their telephone for the provider's second factor. */
const HOLDS_MS = 10 * MINUTE;

/** A sign-in that is under way at the provider; `former` is the session that this browser had. */
const Begun = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  former: z.string().nullable(),
});
/** Somebody whom no account knows: shown to them, so that they can tell an administrator. */
const Stranger = z.strictObject({ identity: z.string() });

const Kept = z.strictObject({ at: z.number(), begun: Begun.optional(), stranger: Stranger.optional() });
type Kept = Omit<z.infer<typeof Kept>, 'at'>;

/** What a browser keeps for us between two requests, sealed: it can neither read nor write it, nor keep it for longer. */
export function openIdCookie(sealer: Sealer, secure: boolean) {
  /** Lax: it has to come along when the provider sends the browser back. */
  const options: CookieSerializeOptions = {
    path: '/api/oidc',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: HOLDS_MS / SECOND,
  };
  return {
    options,
    seal: (kept: Kept, now: Instant): string =>
      sealer.seal(Buffer.from(JSON.stringify({ ...kept, at: now }))).toString('base64url'),
    /** Nothing where there is none, or one that is altered or over. */
    read(text: string | undefined, now: Instant): Kept {
      const opened = text === undefined ? null : sealer.open(Buffer.from(text, 'base64url'));
      if (opened === null) return {};
      const { at, ...kept } = Kept.parse(JSON.parse(opened.toString('utf8')));
      return now - at > HOLDS_MS ? {} : kept;
    },
  };
}

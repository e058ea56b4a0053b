/** Methods (RFC 8176) that are a second factor or need one: several, a one-time code, a key, a smart card. A text message is none. */
const METHODS: ReadonlySet<unknown> = new Set(['mfa', 'otp', 'hwk', 'swk', 'sc']);
/** Classes that say so everywhere: OpenID EAP, REFEDS, PAPE. What "2" or "gold" means only the one provider knows. */
const CLASSES: ReadonlySet<unknown> = new Set([
  'phr',
  'phrh',
  'https://refeds.org/profile/mfa',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
]);

/** Whether the claims of an ID token say that a second factor was proved to the provider. */
export const provedThere = ({ amr, acr }: Readonly<Record<string, unknown>>): boolean =>
  (Array.isArray(amr) && amr.some((method) => METHODS.has(method))) || CLASSES.has(acr);

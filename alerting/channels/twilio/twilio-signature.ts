import { createHmac, timingSafeEqual } from 'node:crypto';

/** X-Twilio-Signature: base64 HMAC-SHA1 over the URL and the form's fields by name, each with its value. */
export const twilioSignature = (authToken: string, url: string, form: Readonly<Record<string, string>>): string =>
  createHmac('sha1', authToken)
    .update(
      Object.keys(form)
        .sort()
        .reduce((text, name) => text + name + (form[name] ?? ''), url),
    )
    .digest('base64');

/** Whether whoever holds the token signed this. */
export function isSignedByTwilio(
  authToken: string,
  url: string,
  form: Readonly<Record<string, string>>,
  signature: string | string[] | undefined,
): boolean {
  const due = Buffer.from(twilioSignature(authToken, url, form));
  const given = Buffer.from(typeof signature === 'string' ? signature : '');
  return due.length === given.length && timingSafeEqual(due, given);
}

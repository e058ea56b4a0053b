import { createHmac, timingSafeEqual } from 'node:crypto';
import { derivedKey } from './derived-key.ts';

/** A UUID without its dashes. */
const ID_BYTES = 16;
/** Nobody tries 2^96 of them, and a link stays short enough for a text message. */
const MAC_BYTES = 12;

/** Makes and reads the links by which one message can be answered, and nothing else. */
export interface AnswerLinks {
  /** The link for the telephone that this message goes to. */
  linkTo(attemptId: string): string;
  /** The message a token belongs to; null where we have not made it. Whether it still holds is for who knows the message. */
  attemptOf(token: string): string | null;
}

/**
 * Signed, not stored: a message that is sent again after a crash carries the same link. The token stands behind the #,
 * a part that no browser sends and no log shows; who looks at the page before the reader does (a preview) sees nothing.
 */
export function answerLinks(secretKey: string, publicUrl: string): AnswerLinks {
  const key = derivedKey(secretKey, 'answer link');
  const mac = (id: Uint8Array): Buffer => createHmac('sha256', key).update(id).digest().subarray(0, MAC_BYTES);
  return {
    linkTo(attemptId) {
      const id = Buffer.from(attemptId.replaceAll('-', ''), 'hex');
      return `${publicUrl}/answer#${Buffer.concat([id, mac(id)]).toString('base64url')}`;
    },
    attemptOf(token) {
      if (!/^[\w-]{38}$/.test(token)) return null;
      const bytes = Buffer.from(token, 'base64url');
      const id = bytes.subarray(0, ID_BYTES);
      if (bytes.length !== ID_BYTES + MAC_BYTES || !timingSafeEqual(bytes.subarray(ID_BYTES), mac(id))) return null;
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}

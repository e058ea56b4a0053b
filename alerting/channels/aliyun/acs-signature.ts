import { createHash, createHmac } from 'node:crypto';

interface AcsRequest {
  readonly host: string;
  readonly action: string;
  readonly version: string;
  /** In the query; there is no body. */
  readonly query: Readonly<Record<string, string>>;
  /** UTC, such as 2026-07-01T00:00:00Z. */
  readonly date: string;
  readonly nonce: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

const EMPTY = createHash('sha256').update('').digest('hex');

/** The query as it is sent, and the headers of a POST of it signed by ACS3-HMAC-SHA256 (阿里云 OpenAPI V3). */
export function acsSigned(request: AcsRequest): {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const query = Object.keys(request.query)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(request.query[name] ?? '')}`)
    .join('&');
  const headers: Record<string, string> = {
    host: request.host,
    'x-acs-action': request.action,
    'x-acs-content-sha256': EMPTY,
    'x-acs-date': request.date,
    'x-acs-signature-nonce': request.nonce,
    'x-acs-version': request.version,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const canonical = ['POST', '/', query, lines, names.join(';'), EMPTY].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = createHmac('sha256', request.accessKeySecret).update(toSign).digest('hex');
  const { host: _host, ...sent } = headers;
  return {
    query,
    headers: {
      ...sent,
      authorization: `ACS3-HMAC-SHA256 Credential=${request.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`,
    },
  };
}

/** RFC 3986: also the five that encodeURIComponent leaves. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/gu,
    (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );

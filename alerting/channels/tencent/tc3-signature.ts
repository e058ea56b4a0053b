import { createHash, createHmac } from 'node:crypto';

interface Tc3Request {
  readonly host: string;
  /** Such as vms. */
  readonly service: string;
  /** JSON as it is sent. */
  readonly payload: string;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly secretId: string;
  readonly secretKey: string;
}

/** The Authorization header of a POST to Tencent Cloud's API 3.0, by TC3-HMAC-SHA256 over type, host and payload. */
export function tc3Authorization({ host, service, payload, timestamp, secretId, secretKey }: Tc3Request): string {
  const date = new Date(timestamp * 1_000).toISOString().slice(0, 10);
  const headers = `content-type:application/json\nhost:${host}\n`;
  const canonical = ['POST', '/', '', headers, 'content-type;host', sha256(payload)].join('\n');
  const scope = `${date}/${service}/tc3_request`;
  const toSign = ['TC3-HMAC-SHA256', String(timestamp), scope, sha256(canonical)].join('\n');
  const key = [date, service, 'tc3_request'].reduce<string | Buffer>(
    (above, part) => createHmac('sha256', above).update(part).digest(),
    `TC3${secretKey}`,
  );
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

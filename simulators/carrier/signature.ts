import { createHmac } from 'node:crypto';

/** Signs a callback: hex HMAC-SHA256 over the time in epoch seconds, the path and the raw body, each on a line. */
export const sign = (key: string, epochSeconds: string, path: string, body: string): string =>
  createHmac('sha256', key).update(`${epochSeconds}\n${path}\n${body}`).digest('hex');

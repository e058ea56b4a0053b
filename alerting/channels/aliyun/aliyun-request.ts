import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/core/time.ts';
import type { DurationMs } from '../../../src/core/time.ts';
import { askVendor, nameless, notNow, refused } from '../vendor-request.ts';
import { acsSigned } from './acs-signature.ts';

export interface AliyunAccount {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly clock: Clock;
  readonly timeoutMs?: DurationMs | undefined;
}

interface AliyunApi {
  /** Of the API, without a slash at its end. */
  readonly url: string;
  readonly version: string;
  /** Its word for what went well. */
  readonly ok?: string;
}

const Answer = z.looseObject({ Code: z.string().optional(), Message: z.string().optional() });

/** Passing faults of theirs, and limits that end: 触发流控 is told by the same word for a minute and for a day. */
const PASSING = /^(?:isp\.|Throttling|ServiceUnavailable|InternalError|isv\.CALL_OVER_CONCURRENCY)/u;

/** Signs requests of one account at one of Aliyun's RPC APIs. What it answers is well, or the error is thrown as a carrier's. */
export function aliyunRequest(
  { accessKeyId, accessKeySecret, clock, timeoutMs }: AliyunAccount,
  { url, version, ok = 'OK' }: AliyunApi,
) {
  return async (action: string, query: Readonly<Record<string, string>>): Promise<z.infer<typeof Answer>> => {
    const signed = acsSigned({
      host: new URL(url).host,
      action,
      version,
      query,
      date: new Date(clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z'),
      nonce: randomUUID(),
      accessKeyId,
      accessKeySecret,
    });
    const { status, body } = await askVendor({
      url: `${url}/?${signed.query}`,
      headers: { ...signed.headers, accept: 'application/json' },
      timeoutMs,
    });
    const answer = Answer.safeParse(body);
    const code = answer.data?.Code ?? (status === 200 ? '' : String(status));
    if (answer.success && status === 200 && code === ok) return answer.data;
    if (status === 200 && code === '') throw nameless();
    throw status >= 500 || status === 429 || PASSING.test(code) ? notNow(code, status) : refused(code, status);
  };
}

/** A number of the mainland as Aliyun writes it: without +86. Others with their country code. */
export const aliyunNumber = (phone: string): string => phone.replace(/^\+86/u, '').replace(/^\+/u, '00');

/** The number that Aliyun writes so, in E.164. */
export const fromAliyunNumber = (number: string): string => {
  if (number.startsWith('+')) return number;
  return number.startsWith('00') ? `+${number.slice(2)}` : `+86${number.replace(/^86(?=1\d{10}$)/u, '')}`;
};

/** Fifteen characters are all that a call may carry of ours: the beginning of its attempt's id, without hyphens. */
export const outIdOf = (attemptId: string): string => attemptId.replaceAll('-', '').slice(0, 15);

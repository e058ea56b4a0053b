import { z } from 'zod';
import { SECOND } from '../../../src/core/time.ts';
import type { Clock, DurationMs } from '../../../src/core/time.ts';
import { askVendor, notNow, refused } from '../vendor-request.ts';
import { tc3Authorization } from './tc3-signature.ts';

export interface TencentAccount {
  readonly secretId: string;
  readonly secretKey: string;
  readonly region: string;
  readonly clock: Clock;
  readonly timeoutMs?: DurationMs | undefined;
}

interface TencentApi {
  /** Of the API, without a slash at its end. */
  readonly url: string;
  /** Such as vms. */
  readonly service: string;
  readonly version: string;
}

const Answer = z.object({
  Response: z.looseObject({ Error: z.object({ Code: z.string(), Message: z.string().optional() }).optional() }),
});

const PASSING = /^(?:InternalError|RequestLimitExceeded|ResourceUnavailable|ResourceInsufficient|ServiceUnavailable)/u;

/** Signs requests of one account at one of Tencent Cloud's APIs. Resolves with its Response; its Error is thrown as a carrier's. */
export function tencentRequest(account: TencentAccount, { url, service, version }: TencentApi) {
  const { secretId, secretKey, region, clock, timeoutMs } = account;
  return async (action: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const payload = JSON.stringify(body);
    const timestamp = Math.floor(clock.now() / SECOND);
    const { host, hostname } = new URL(url);
    const answer = await askVendor({
      url: `${url}/`,
      headers: {
        'content-type': 'application/json',
        host,
        'x-tc-action': action,
        'x-tc-version': version,
        'x-tc-region': region,
        'x-tc-timestamp': String(timestamp),
        // Their own kits sign the name without its port.
        authorization: tc3Authorization({ host: hostname, service, payload, timestamp, secretId, secretKey }),
      },
      body: payload,
      timeoutMs,
    });
    const said = Answer.safeParse(answer.body);
    if (!said.success) throw notNow(String(answer.status), answer.status);
    const { Error: fault, ...response } = said.data.Response;
    if (fault === undefined) return response;
    throw PASSING.test(fault.Code) ? notNow(fault.Code, answer.status) : refused(fault.Code, answer.status);
  };
}

/** Words of Tencent Cloud for an account that cannot call, whatever is asked. */
const UNABLE = /^(?:AuthFailure|UnauthorizedOperation|FailedOperation\.InsufficientBalance)/u;

/** Why this account calls nobody; `null`: nothing says so. */
export const unableBy = (code: string): string | null => (UNABLE.test(code) ? code : null);

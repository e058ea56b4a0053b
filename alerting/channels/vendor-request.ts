import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';

interface VendorRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: DurationMs | undefined;
}

export interface VendorAnswer {
  readonly status: number;
  /** Null where it was not JSON. */
  readonly body: unknown;
}

/** One request, well below the lease of an attempt. Throws `carrier/unreachable` when there is no answer: it may have heard us. */
export async function askVendor({
  url,
  method = 'POST',
  headers,
  body,
  timeoutMs = 8 * SECOND,
}: VendorRequest): Promise<VendorAnswer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  } catch (cause) {
    throw new AppError('carrier/unreachable', 'the carrier does not answer', { cause, retryable: true });
  }
}

/** It will never take this. `code` is the vendor's own word for why. */
export const refused = (code: string, status = 0): AppError =>
  new AppError('carrier/refused', `the carrier refuses the request: ${code}`, { facts: { code, status } });

/** It has answered that it does not take this now. */
export const notNow = (code: string, status = 0): AppError =>
  new AppError('carrier/unreachable', `the carrier cannot take the request now: ${code}`, {
    retryable: true,
    facts: { code, status },
  });

/** It says it took the request, and not as what: nobody can tell whether a phone rings. */
export const nameless = (): AppError =>
  new AppError('carrier/unreachable', 'the carrier took the request and gave it no name', { retryable: true });

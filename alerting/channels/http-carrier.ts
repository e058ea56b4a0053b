import { z } from 'zod';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { Carrier, CarrierRequest } from './carrier.ts';

interface HttpCarrierOptions {
  /** Of the carrier's API, without a slash at its end. */
  readonly url: string;
  readonly key: string;
  /** Where the carrier reaches our gateway, without a slash at its end. */
  readonly publicUrl: string;
  /** Where there are several it says in each report which one it is; absent: it is the only one. */
  readonly name?: string;
  /** How long one request may take. Well below the lease of an attempt. */
  readonly timeoutMs?: DurationMs;
}

const Accepted = z.object({ id: z.string().min(1).max(200) });
const About = z.object({
  name: z.string().max(200),
  simulated: z.boolean().nullish(),
  // It becomes a link on our page: nothing else than http may stand there, and what does costs no call.
  page: z
    .url({ protocol: /^https?$/u })
    .max(2_000)
    .nullish()
    .catch(null),
});

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly withinMs?: DurationMs;
}

/** Another call may wait for this one to be off the line. */
const HANG_UP_MS = 3 * SECOND;

/** Statuses that a later try may not meet again; 409: the same key is being worked on. */
const PASSING = [408, 409, 425, 429];

/** The carrier of docs/carrier-api.md, over HTTP. Opens no connection until it is asked for something. */
export function httpCarrier({ url, key, publicUrl, name, timeoutMs = 8 * SECOND }: HttpCarrierOptions): Carrier {
  const who = name === undefined ? '' : `?carrier=${encodeURIComponent(name)}`;
  const callback = (attemptId: string): string => `${publicUrl}/carrier/attempts/${attemptId}${who}`;

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    { body, headers, withinMs = timeoutMs }: Asked = {},
  ): Promise<Response> {
    try {
      return await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(Math.min(withinMs, timeoutMs)),
      });
    } catch (cause) {
      throw new AppError('carrier/unreachable', 'the carrier does not answer', { cause, retryable: true });
    }
  }

  async function place(path: string, { attemptId }: CarrierRequest, body: unknown): Promise<string> {
    const response = await ask('POST', path, { body, headers: { 'idempotency-key': attemptId } });
    const accepted = Accepted.safeParse(await bodyOf(response));
    // Without an id nothing is known of it: asked again under the same key it rings nobody twice.
    if (response.ok && accepted.success) return accepted.data.id;
    throw refusal(response.status);
  }

  return {
    call: (request) =>
      place('/v1/calls', request, {
        to: request.to,
        language: 'zh-CN',
        say: request.text,
        gather: { digits: 1 },
        callback: callback(request.attemptId),
      }),
    message: (request) =>
      place('/v1/messages', request, {
        to: request.to,
        text: request.text,
        callback: callback(request.attemptId),
        inbound: `${publicUrl}/carrier/messages${who}`,
      }),
    async hangUp(reference) {
      const response = await ask('POST', `/v1/calls/${encodeURIComponent(reference)}/hangup`, {
        body: {},
        withinMs: HANG_UP_MS,
      });
      await response.body?.cancel();
      if (!response.ok && response.status !== 404 && response.status !== 409) throw unreachable(response.status);
    },
    async about() {
      const response = await ask('GET', '/v1/about');
      const about = About.safeParse(await bodyOf(response));
      if (!response.ok || !about.success) throw unreachable(response.status);
      const { simulated, page } = about.data;
      return { name: about.data.name, simulated: simulated ?? null, page: page ?? null };
    },
  };
}

const refusal = (status: number): AppError =>
  status >= 400 && status < 500 && !PASSING.includes(status)
    ? new AppError('carrier/refused', 'the carrier refuses the request', { facts: { status } })
    : unreachable(status);

const unreachable = (status: number): AppError =>
  new AppError('carrier/unreachable', 'the carrier cannot take the request now', {
    retryable: true,
    facts: { status },
  });

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

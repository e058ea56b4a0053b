import type { z } from 'zod';
import { Problem } from '../../../src/contract/http.ts';

/** A request that did not succeed; `code` is the server's, or `network`, or `unexpected-reply`. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  readonly code: string;
  readonly status: number;
  /** The input that was wrong, where the server names it. */
  readonly field: string | undefined;
  /** Everything that is wrong with a text that was sent. */
  readonly faults: NonNullable<Problem['faults']>;

  constructor(code: string, status: number, options: ErrorOptions & Partial<Pick<Problem, 'field' | 'faults'>> = {}) {
    super(`${code} (${String(status)})`, options);
    this.code = code;
    this.status = status;
    this.field = options.field;
    this.faults = options.faults ?? [];
  }
}

/** True when the server no longer knows who we are; a wrong password or code is not that. */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiFault && error.code === 'session/required';

interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** A status besides 2xx whose body is the reply, not a refusal. */
  readonly alsoTakes?: number;
  /** For what an instrument takes its time to answer. */
  readonly patienceMs?: number;
}

/** A server that says nothing for this long is taken to be away. */
const PATIENCE_MS = 15_000;
/** An instrument that is asked: longer than the server waits for it. */
export const INSTRUMENT_PATIENCE_MS = 40_000;
/** A photo over the line of a mine valley takes its time. */
const UPLOAD_PATIENCE_MS = 120_000;

/** Asks the gateway and checks the reply against its schema; without a schema the reply is not read. Throws `ApiFault`. */
export async function ask<T>(path: string, schema: z.ZodType<T> | null, request: Request = {}): Promise<T> {
  const response = await send(path, request);
  if (!response.ok && response.status !== request.alsoTakes) throw await faultOf(response);
  if (schema === null) return undefined as T;
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new ApiFault('unexpected-reply', response.status, { cause: parsed.error });
  return parsed.data;
}

/** Sends bytes as they are and checks the reply as `ask` does. Throws `ApiFault`. */
export async function upload<T>(path: string, schema: z.ZodType<T>, bytes: Blob): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': bytes.type },
    body: bytes,
    signal: AbortSignal.timeout(UPLOAD_PATIENCE_MS),
  }).catch((cause: unknown) => {
    throw new ApiFault('network', 0, { cause });
  });
  if (!response.ok) throw await faultOf(response);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new ApiFault('unexpected-reply', response.status, { cause: parsed.error });
  return parsed.data;
}

async function send(
  path: string,
  { method = 'GET', body, signal, patienceMs = PATIENCE_MS }: Request,
): Promise<Response> {
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new ApiFault('network', 0, { cause });
  }
}

async function faultOf(response: Response): Promise<ApiFault> {
  const problem = Problem.safeParse(await response.json().catch(() => undefined));
  if (problem.success) return new ApiFault(problem.data.code, response.status, problem.data);
  return new ApiFault(
    response.status === 401 ? 'session/required' : `http/${String(response.status)}`,
    response.status,
  );
}

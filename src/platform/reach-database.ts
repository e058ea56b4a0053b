import type pg from 'pg';
import { AppError } from '../core/errors.ts';
import type { DurationMs } from '../core/time.ts';
import { pause } from './back-off.ts';

export interface ReachOptions {
  /** How long a server that does not answer yet may take to come up, ms; 0 asks once. */
  readonly withinMs: DurationMs;
  readonly signal?: AbortSignal;
  /** The setting that leads there; DATABASE_URL if left out. */
  readonly setting?: string;
  /** Told once, with the line, when it begins to wait. */
  readonly waiting?: (line: string) => void;
}

/** SQLSTATE of a refused user or password and of a database that is not there; Node's code of a host nobody knows. */
const HOPELESS = new Set(['28000', '28P01', '3D000', 'ENOTFOUND']);

/**
 * Makes sure that DATABASE_URL, or another setting, leads to a database.
 * Throws `database/away` with one line; at once where waiting cannot help (a wrong password, no such database), and
 * then it is not retryable.
 */
export async function reachDatabase(
  pool: pg.Pool,
  { withinMs, signal = new AbortController().signal, setting = 'DATABASE_URL', waiting = () => {} }: ReachOptions,
): Promise<void> {
  let said = false;
  for (const deadline = Date.now() + withinMs; ; await pause(500, signal)) {
    const failure = await pool.query('select 1').then(
      () => null,
      (error: unknown) => error as Error & { code?: string },
    );
    if (failure === null) return;
    const retryable = !HOPELESS.has(failure.code ?? '');
    const line = `${setting} must lead to a database that answers: ${reasonOf(failure)}`;
    if (!retryable || Date.now() >= deadline || signal.aborted) {
      throw new AppError('database/away', line, { cause: failure, retryable });
    }
    if (!said) waiting(line);
    said = true;
  }
}

/** A host with several addresses fails with one error for all of them, which has no words of its own. */
const reasonOf = (failure: Error): string =>
  failure instanceof AggregateError && failure.message === ''
    ? (failure.errors as Error[]).map(({ message }) => message).join(', ')
    : failure.message;

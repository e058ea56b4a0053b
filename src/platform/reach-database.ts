import type pg from 'pg';
import { AppError } from '../core/errors.ts';
import type { DurationMs } from '../core/time.ts';
import { pause } from './back-off.ts';

interface ReachOptions {
  /** How long a server that does not answer yet may take to come up, ms; 0 asks once. */
  readonly withinMs: DurationMs;
  readonly signal?: AbortSignal;
}

/** SQLSTATE of a server that is starting up or shutting down; Node's codes of one that is not there. */
const MAY_COME = new Set(['57P03', '57P01', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN']);

/**
 * Makes sure that DATABASE_URL leads to a database.
 * Throws `database/away` with one line; at once where waiting cannot help (a wrong password, no such database).
 */
export async function reachDatabase(
  pool: pg.Pool,
  { withinMs, signal = new AbortController().signal }: ReachOptions,
): Promise<void> {
  for (const deadline = Date.now() + withinMs; ; await pause(500, signal)) {
    const failure = await pool.query('select 1').then(
      () => null,
      (error: unknown) => error as Error & { code?: string },
    );
    if (failure === null) return;
    if (!MAY_COME.has(failure.code ?? '') || Date.now() >= deadline || signal.aborted) {
      throw new AppError('database/away', `DATABASE_URL must lead to a database that answers: ${reasonOf(failure)}`, {
        cause: failure,
      });
    }
  }
}

/** A host with several addresses fails with one error for all of them, which has no words of its own. */
const reasonOf = (failure: Error): string =>
  failure instanceof AggregateError && failure.message === ''
    ? (failure.errors as Error[]).map(({ message }) => message).join(', ')
    : failure.message;

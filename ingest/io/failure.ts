import { DatabaseError } from 'pg';

/** A throw from pure code: the same input would make it throw again. */
class Poisoned extends Error {
  override readonly name = 'Poisoned';
}

/** Runs pure code; what it throws is laid to its input. */
export function pure<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Poisoned(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * Whether the same input must fail again: a throw from pure code, a value PostgreSQL does not take (class 22, a NUL in a
 * text) or may not store (class 23), or one that no statement can carry (RangeError: a text too long to be made).
 * Everything else, above all a lost connection, passes.
 */
export const isDeterministic = (error: unknown): error is Error =>
  error instanceof Poisoned ||
  error instanceof RangeError ||
  (error instanceof DatabaseError && /^2[23]/.test(error.code ?? ''));

import type { DurationMs } from '../../src/core/time.ts';
import { SessionFailure } from './failure.ts';

/** The answer, or a failure `no-answer` after `withinMs`, or the reason of `signal`. Whoever asks lets go of what was asked. */
export async function within<T>(
  answer: Promise<T>,
  { withinMs, what, signal }: { withinMs: DurationMs; what: string; signal?: AbortSignal | undefined },
): Promise<T> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new SessionFailure('no-answer', `the server does not answer within ${String(withinMs / 1_000)} s: ${what}`));
  }, withinMs);
  const onAbort = (): void => {
    reject(signal?.reason as Error);
  };
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  answer.catch(() => {});
  try {
    return await Promise.race([answer, never]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

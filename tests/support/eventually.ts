import { setTimeout as delay } from 'node:timers/promises';

interface EventuallyOptions {
  /** How long to go on asking, ms: a minute if left out, for a machine that does much else. */
  readonly withinMs?: number;
  /** What is waited for, for the message when it does not come. */
  readonly what?: string;
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/**
 * Asks again and again until the answer is truthy, and returns it. A throw counts as "not yet".
 * Throws at the deadline, with the last failure as its cause.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { withinMs = 60_000, what = 'the condition' }: EventuallyOptions = {},
): Promise<Truthy<T>> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      last = await condition();
      if (last) return last as Truthy<T>;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`${what} did not come within ${String(withinMs)} ms; last seen: ${seen}`, {
        cause: last,
      });
    }
    await delay(20);
  }
}

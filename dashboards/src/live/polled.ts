import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { z } from 'zod';
import { ask } from './api.ts';
import { latestWins } from './latest-wins.ts';
import { codeOf, noticeSignedOut } from './session.ts';

/** The newest reply, and why the newest request failed; both may be there: then the reply is old. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly fault: string | undefined;
  /** Asks now. */
  readonly again: () => void;
}

/** Asks the server for as long as the component is on screen: now, and every `everyMs`. */
export function usePolled<T>(path: string, schema: z.ZodType<T>, everyMs: number): Polled<T> {
  const value = useSignal<T | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  const reader = useMemo(
    () =>
      latestWins(async (signal) => {
        try {
          const reply = await ask(path, schema, { signal });
          if (signal.aborted) return;
          value.value = reply;
          fault.value = undefined;
        } catch (error) {
          if (!signal.aborted && !noticeSignedOut(error)) fault.value = codeOf(error);
        }
      }),
    [path],
  );
  useEffect(() => {
    value.value = undefined;
    reader.soon(0);
    const timer = setInterval(() => reader.soon(0), everyMs);
    return () => {
      clearInterval(timer);
      reader.cancel();
    };
  }, [reader, everyMs]);
  return { value: value.value, fault: fault.value, again: () => reader.soon(0) };
}

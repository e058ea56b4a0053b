interface Tried {
  readonly name: string;
  readonly address: string;
}

/** Runs tries of one name from one address one after the other, each with its verdict before the next is looked at. */
export type OneTryAtATime = <T>(tried: Tried, work: () => Promise<T>) => Promise<T>;

/**
 * Without it a thousand codes sent at once would all pass the throttle, which counts those that were refused, before the
 * first of them was.
 */
export function oneTryAtATime(): OneTryAtATime {
  const last = new Map<string, Promise<unknown>>();
  return async ({ name, address }, work) => {
    const key = JSON.stringify([name, address]);
    const own = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = own.catch(() => {});
    last.set(key, settled);
    try {
      return await own;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}

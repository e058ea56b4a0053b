/** Tells the parent, if there is one that listens, that this process does its work now. */
export const tellReady = (): void => {
  if (process.connected) process.send?.({ type: 'ready' });
};

/**
 * Aborted when this process is to end: SIGTERM, SIGINT, the end of its terminal (SIGHUP; a service without one is told by
 * it to look at its certificates again), or its parent gone (its IPC channel closed), so
 * that a killed parent leaves no orphan; its reason says which. One that has not ended `graceMs` later is ended as
 * it is: everything here is built to be killed.
 */
export function stopSignal(graceMs = 4_000): AbortSignal {
  const stop = new AbortController();
  const end = (by: string) => {
    if (stop.signal.aborted) return;
    stop.abort(new DOMException(by, 'AbortError'));
    setTimeout(() => process.exit(1), graceMs).unref();
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(name, () => {
      if (name !== 'SIGHUP' || process.stdin.isTTY) end(name);
    });
  if (process.connected) {
    process.once('disconnect', () => {
      end('the end of the process that started it');
    });
    // The channel alone keeps no process alive that has nothing left to do.
    process.channel?.unref();
  }
  return stop.signal;
}

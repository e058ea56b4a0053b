/** Tells a parent process, if there is one, that this program does its work now. */
export function reportReady(facts: Readonly<Record<string, string>> = {}): void {
  if (process.connected) process.send?.({ type: 'ready', ...facts });
}

/** A signal that is aborted when this program is to end: on SIGTERM, SIGINT, or when its parent has gone. */
export function endOfProgram(): AbortSignal {
  const end = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(name, () => end.abort());
  return end.signal;
}

/** Ends the program with one line on standard error. For what the person who started it can put right. */
export function refuse(program: string, reason: string): never {
  process.stderr.write(`${program}: ${reason}\n`);
  process.exit(2);
}

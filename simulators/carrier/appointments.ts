/** The longest wait a timer can hold; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** What is to be done later about a call or a message, and can be cancelled together. */
export class Appointments {
  readonly #timers = new Map<string, Set<NodeJS.Timeout>>();

  make(about: string, afterMs: number, work: () => void): void {
    const timers = this.#timers.get(about) ?? new Set();
    this.#timers.set(about, timers);
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        if (timers.size === 0) this.#timers.delete(about);
        work();
      },
      Math.min(afterMs, LONGEST_MS),
    );
    timers.add(timer);
  }

  cancel(about: string): void {
    for (const timer of this.#timers.get(about) ?? []) clearTimeout(timer);
    this.#timers.delete(about);
  }

  cancelAll(): void {
    for (const about of this.#timers.keys()) this.cancel(about);
  }
}

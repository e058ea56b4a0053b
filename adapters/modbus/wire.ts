/** A way for bytes, there and back. */
export interface Wire {
  write(bytes: Uint8Array): void;
  /** Safe to call twice. `closed` is told once all the same. */
  close(): void;
}

/** Who hears what comes over a wire. */
export interface WireEars {
  came(bytes: Uint8Array): void;
  /** Nothing comes after it. */
  closed(): void;
}

/**
 * Opens a wire, or waits for one: a modem that has to call. Throws `adapter/not-connected`; when `signal` aborts, what
 * it pleases.
 */
export type OpenWire = (ears: WireEars, signal: AbortSignal) => Promise<Wire>;

import type { Acquired, LineFault, LineState } from '../src/core/acquired.ts';
import type { Clock, Instant } from '../src/core/time.ts';
import type { Logger } from '../src/platform/logger.ts';

/** What a line says of itself, or of one of its devices. Said again unchanged, it is not told again. */
export interface LineReport {
  /** The slave, station or server behind the line, by the name its configuration gives it; absent: the line itself. */
  readonly device?: string;
  readonly state: LineState;
  /** Why it gives nothing: there when the state is `faulty`. */
  readonly fault?: LineFault;
  /** In the technician's words: `ECONNREFUSED 10.0.0.7:502`. Never a password. */
  readonly detail?: string;
}

/** What came last at one place of the device, as it is: for whoever checks the wiring. */
export interface RawValue {
  /** Register, node, topic or field, as the configuration writes it. */
  readonly at: string;
  readonly sensorCode?: string;
  readonly device?: string;
  /** As it came: `0x41C8 0x0000`, `"12.5"`. */
  readonly raw: string;
  /** What was made of it; absent where nothing could be. */
  readonly value?: number;
  readonly receivedAt: Instant;
}

/** What a line is given. It may use nothing else of the house. */
export interface LinePorts {
  readonly clock: Clock;
  /** Speaks of this line already. A lost connection is told by `report`, not here. */
  readonly log: Logger;
  readonly site: { readonly id: string; readonly timeZone: string };
  /** A folder of the line's own, made when it is first asked for: what it must know after a restart. */
  folder(): Promise<string>;
  /**
   * A password or key by the name the configuration gives it; read anew at each call.
   * Throws `config/setting` when there is none.
   */
  secret(name: string): Promise<string>;
  /**
   * Takes values. Resolves when they lie on the disk: only then is the source acknowledged. Waits while the spool is
   * full; rejects with the reason of the signal when the line is stopped meanwhile.
   */
  offer(acquired: readonly Acquired[]): Promise<void>;
  report(report: LineReport): void;
}

/** One connection or listener. */
export interface Line {
  /**
   * Holds the line until `signal` aborts, and ends within 5 s of it. Connects again by itself, with back-off. What it
   * throws is a fault that it cannot mend: it is on record, and the line is begun anew after a pause.
   */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Makes the devices of these sensors measure now. Resolves when the values were offered, rejects with an AppError
   * that says why not. Never interleaves with what the line is sending.
   */
  measure?(sensorCodes: readonly string[], signal: AbortSignal): Promise<void>;
  /** The newest raw value of each place it reads, bounded. */
  liveRaw?(): readonly RawValue[];
}

/** What a pasted payload or frame would have given: nothing is stored. */
export interface TriedOut {
  readonly acquired: readonly Acquired[];
  /** What could not be read, in words, each with the place it stands at. */
  readonly refusals: readonly string[];
}

/** One protocol. `C` is its line's configuration, checked. Opens nothing: that is for `run`. */
export interface Protocol<C> {
  line(config: C, ports: LinePorts): Line;
  /** Decodes what somebody pasted, as the line would. `at`: taken for the time of receipt. Pure and total. */
  tryOut?(config: C, bytes: Uint8Array, at: Instant): TriedOut;
}

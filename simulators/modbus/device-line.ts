import type { Done } from './chaos.ts';
import type { Heard } from './serial-devices.ts';

/** When things happen at the devices. The host's, or one that a test turns. */
export interface DeviceTime {
  now(): number;
  after(delayMs: number, run: () => void): unknown;
}

/** The devices' end of a connection. */
export interface DeviceEnd {
  send(bytes: Buffer): void;
  /** The connection is reset. */
  reset(): void;
  /** It stays, and nothing goes over it any more, either way. */
  hang(): void;
}

interface DeviceLineOptions {
  readonly time: DeviceTime;
  /** Frames in what comes, and what is said to each. */
  readonly hear: (bytes: Buffer) => readonly Heard[];
  /** What is done with an answer, which is held up so long by those before it; without it each goes out as it is, at once. */
  readonly done?: (heard: Heard, heldUpMs: number) => Done;
  readonly end: DeviceEnd;
}

/**
 * Devices at one connection. They keep the order: what is late holds up what comes behind it, as a slave that is slow and a
 * modem that has no network do.
 */
export function deviceLine({ time, hear, done = asItIs, end }: DeviceLineOptions): (bytes: Buffer) => void {
  let freeAt = 0;
  const later = (atMs: number, run: () => void): void => {
    if (atMs <= time.now()) run();
    else time.after(atMs - time.now(), run);
  };
  return (bytes) => {
    for (const heard of hear(bytes)) {
      freeAt = Math.max(freeAt, time.now());
      const what = done(heard, freeAt - time.now());
      if (what.kind === 'reset') end.reset();
      if (what.kind === 'half-open') end.hang();
      if (what.kind !== 'send') continue;
      for (const { afterMs, bytes: part } of what.parts) {
        freeAt += afterMs;
        later(freeAt, () => end.send(part));
      }
    }
  };
}

const asItIs = ({ answer }: Heard): Done => ({ kind: 'send', parts: [{ afterMs: 0, bytes: answer }] });

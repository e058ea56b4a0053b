import type { LineReport } from '../../../adapters/acquisition.ts';
import { DETAIL_MAX } from '../../contract/acquire/acquired-message.ts';
import type { LineFault, LineSaid } from '../../core/acquired.ts';
import type { Clock, Instant } from '../../core/time.ts';

/** A report, as it was last told. */
export type Told = Omit<LineSaid, 'siteId' | 'line'>;

interface VoicePorts {
  readonly clock: Clock;
  /** Told once, when it is another than before. */
  readonly tell: (told: Told, before: Told | undefined) => void;
}

/** What a line says of itself and its devices: each thing once, until something else is said. */
export function lineVoice({ clock, tell }: VoicePorts) {
  const newest = new Map<string | null, Told>();
  return {
    report({ device: named, state, fault, detail }: LineReport): void {
      const device = named ?? null;
      const before = newest.get(device);
      const why: LineFault | null = state === 'faulty' ? (fault ?? 'internal') : null;
      // A detail may count or name a port that changes with each try: another one alone is nothing new.
      if (before?.state === state && before.fault === why) return;
      const told: Told = { device, state, fault: why, detail: detail?.slice(0, DETAIL_MAX) ?? null, at: clock.now() };
      newest.set(device, told);
      tell(told, before);
    },
    /** As it was last told, the line itself first. */
    standing: (): readonly Told[] =>
      [...newest.values()].toSorted((a, b) => (a.device ?? '').localeCompare(b.device ?? '')),
    since: (device: string | null): Instant | undefined => newest.get(device)?.at,
  };
}

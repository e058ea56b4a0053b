import type { LiveReading, LiveReadings } from '../../contract/live.ts';

interface Kept {
  readonly reading: LiveReading;
  readonly recorded: boolean;
}

/** The newest reading of each sensor, for a page that cannot keep up: as large as the site has sensors, never larger. */
export function newestValues() {
  const sites = new Map<string, Map<number, Kept>>();
  return {
    isEmpty: (): boolean => sites.size === 0,

    /** Keeps what is newer than what is kept, by the time of measurement; a doubtful one gives way to any. */
    keep({ siteId, readings, recorded = true }: LiveReadings): void {
      const kept = sites.get(siteId) ?? new Map<number, Kept>();
      sites.set(siteId, kept);
      for (const reading of readings) {
        const [sensorId, observedAt] = reading;
        const before = kept.get(sensorId)?.reading;
        if (before === undefined || before[4] === 1 || observedAt >= before[1])
          kept.set(sensorId, { reading, recorded });
      }
    },

    /** Everything kept, by site, what is not recorded apart; nothing is kept afterwards. */
    take(): LiveReadings[] {
      const taken = [...sites].flatMap(([siteId, kept]) => {
        const of = (wanted: boolean): LiveReading[] =>
          [...kept.values()].filter(({ recorded }) => recorded === wanted).map(({ reading }) => reading);
        const [stored, known] = [of(true), of(false)];
        return [
          ...(stored.length > 0 ? [{ siteId, readings: stored }] : []),
          ...(known.length > 0 ? [{ siteId, readings: known, recorded: false }] : []),
        ];
      });
      sites.clear();
      return taken;
    },
  };
}

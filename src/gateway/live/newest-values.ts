import type { LiveReading, LiveReadings } from '../../contract/live.ts';

/** The newest reading of each sensor, for a page that cannot keep up: as large as the site has sensors, never larger. */
export function newestValues() {
  const sites = new Map<string, Map<number, LiveReading>>();
  return {
    isEmpty: (): boolean => sites.size === 0,

    /** Keeps what is newer than what is kept, by the time of measurement; a doubtful one gives way to any. */
    keep({ siteId, readings }: LiveReadings): void {
      const kept = sites.get(siteId) ?? new Map<number, LiveReading>();
      sites.set(siteId, kept);
      for (const reading of readings) {
        const [sensorId, observedAt] = reading;
        const before = kept.get(sensorId);
        if (before === undefined || before[4] === 1 || observedAt >= before[1]) kept.set(sensorId, reading);
      }
    },

    /** Everything kept, by site; nothing is kept afterwards. */
    take(): LiveReadings[] {
      const taken = [...sites].map(([siteId, kept]) => ({ siteId, readings: [...kept.values()] }));
      sites.clear();
      return taken;
    },
  };
}

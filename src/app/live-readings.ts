import { liveTopic } from '../contract/live.ts';
import type { LiveReading, LiveReadings } from '../contract/live.ts';
import type { Reading } from '../core/reading.ts';

/** Readings in one live message at most: a burst comes as several, and none is large. */
const READINGS_A_MESSAGE = 500;

interface LiveMessage {
  readonly topic: string;
  readonly payload: string;
}

/** The live messages that tell of readings, per site and in order; not `recorded`: they are judged in memory alone. */
export function liveMessages(
  readings: readonly Reading[],
  siteOf: (sensorId: number) => string | undefined,
  recorded = true,
): LiveMessage[] {
  const bySite = new Map<string, LiveReading[]>();
  for (const { sensorId, observedAt, receivedAt, value, quality } of readings) {
    const siteId = siteOf(sensorId);
    // A channel is of no screen; a reading without number has none to show: that its sensor is doubtful is an event.
    if (siteId === undefined || value === null) continue;
    const own = bySite.get(siteId);
    const live: LiveReading = [sensorId, observedAt, receivedAt, value, quality === 'doubtful' ? 1 : 0];
    if (own === undefined) bySite.set(siteId, [live]);
    else own.push(live);
  }
  return [...bySite].flatMap(([siteId, own]) => {
    const parts = Array.from({ length: Math.ceil(own.length / READINGS_A_MESSAGE) }, (_, i) =>
      own.slice(i * READINGS_A_MESSAGE, (i + 1) * READINGS_A_MESSAGE),
    );
    return parts.map((part) => ({
      topic: liveTopic(siteId),
      payload: JSON.stringify({ siteId, readings: part, ...(!recorded && { recorded }) } satisfies LiveReadings),
    }));
  });
}

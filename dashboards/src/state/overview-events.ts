import type { SensorView, SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent, LiveReading } from '../../../src/contract/live.ts';
import { gravest } from '../../../src/core/level.ts';

/** The overview after an event of its site that it does not yet contain. Callout events change nothing here: the callout is read anew. */
export function afterEvent(overview: SiteOverview, event: LiveEvent): SiteOverview {
  switch (event.log) {
    case 'levelChange': {
      const rules = overview.rules.map((rule) =>
        rule.target === event.target ? { ...rule, level: event.to, changedAt: event.observedAt } : rule,
      );
      return { ...overview, rules, level: gravest(rules.map((rule) => rule.level)) };
    }
    case 'visibilityChange': {
      const { visibility, at, sensorIds } = event;
      return {
        ...overview,
        sensors: overview.sensors.map((sensor) =>
          sensorIds.includes(sensor.sensorId) ? { ...sensor, visibility, visibilitySince: at } : sensor,
        ),
      };
    }
    case 'calloutEvent':
      return overview;
  }
}

/** The overview after live readings: each sensor keeps the newest by its own time; a late one changes nothing. */
export function afterReadings(overview: SiteOverview, readings: readonly LiveReading[]): SiteOverview {
  const newest = new Map<number, LiveReading>();
  for (const reading of readings) {
    const known = newest.get(reading[0]);
    if (known === undefined || reading[1] >= known[1]) newest.set(reading[0], reading);
  }
  return { ...overview, sensors: overview.sensors.map((sensor) => withNewest(sensor, newest.get(sensor.sensorId))) };
}

function withNewest(sensor: SensorView, reading: LiveReading | undefined): SensorView {
  if (reading === undefined) return sensor;
  const [, observedAt, receivedAt, value, doubtful] = reading;
  if (sensor.newest !== null && observedAt < sensor.newest.observedAt) return sensor;
  return { ...sensor, newest: { observedAt, receivedAt, value, doubtful: doubtful === 1 } };
}

import type { SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent, LiveReading } from '../../../src/contract/live.ts';
import { gravest } from '../../../src/core/level.ts';
import { withReading } from './newest.ts';

/** The overview after an event of its site that it does not yet contain. Callout events change nothing here: the callout is read anew; what came too late changes no level. */
export function afterEvent(overview: SiteOverview, event: LiveEvent): SiteOverview {
  switch (event.log) {
    case 'levelChange': {
      const rules = overview.rules.map((rule) =>
        rule.target === event.target
          ? { ...rule, level: event.to, verified: event.verified, guarded: event.guarded, changedAt: event.observedAt }
          : rule,
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
    case 'lateExceedance':
      return overview;
  }
}

/** The overview after live readings, in the order they came: each sensor keeps the one that counts as its newest. */
export function afterReadings(overview: SiteOverview, readings: readonly LiveReading[]): SiteOverview {
  const own = new Map<number, LiveReading[]>();
  for (const reading of readings) own.set(reading[0], [...(own.get(reading[0]) ?? []), reading]);
  const sensors = overview.sensors.map((sensor) => (own.get(sensor.sensorId) ?? []).reduce(withReading, sensor));
  return { ...overview, sensors };
}

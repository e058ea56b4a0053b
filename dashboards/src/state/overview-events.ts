import type { SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent, LiveReading } from '../../../src/contract/live.ts';
import { gravest, rank } from '../../../src/core/level.ts';
import type { Level } from '../../../src/core/level.ts';
import { isSiteLevel } from '../../../src/core/report.ts';
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
      return { ...overview, rules, level: levelOf({ ...overview, rules }) };
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
    case 'reportChange': {
      const reports = withReport(overview.reports, event);
      return { ...overview, reports, level: levelOf({ ...overview, reports }) };
    }
  }
}

/** Gravest of what was measured and what was found. */
export const levelOf = ({ rules, reports }: Pick<SiteOverview, 'rules' | 'reports'>): Level =>
  gravest([
    ...rules.map(({ level }) => level),
    ...reports.filter(({ subject }) => isSiteLevel(subject)).map(({ level }) => level),
  ]);

type ReportChange = Extract<LiveEvent, { log: 'reportChange' }>;

/** What stands after a report was made, or lowered; gravest first. */
function withReport(reports: SiteOverview['reports'], event: ReportChange): SiteOverview['reports'] {
  const { key, subject, to, words, at } = event;
  const others = reports.filter((report) => report.key !== key);
  const now = to === 'normal' ? [] : [{ key, subject, level: to, words, since: at }];
  return [...others, ...now].toSorted((a, b) => rank(b.level) - rank(a.level));
}

/** The overview after live readings, in the order they came: each sensor keeps the one that counts as its newest. */
export function afterReadings(overview: SiteOverview, readings: readonly LiveReading[]): SiteOverview {
  const own = new Map<number, LiveReading[]>();
  for (const reading of readings) own.set(reading[0], [...(own.get(reading[0]) ?? []), reading]);
  const sensors = overview.sensors.map((sensor) => (own.get(sensor.sensorId) ?? []).reduce(withReading, sensor));
  return { ...overview, sensors };
}

import type { SiteOverview } from '../../../src/contract/http.ts';
import type { Say } from '../words/say.ts';

/** The sensor that a target judges, by name; a target this page does not know as it came. */
export function targetName({ rules, sensors }: SiteOverview, target: string, say: Say): string {
  const sensorId = rules.find((rule) => rule.target === target)?.sensorId;
  return sensors.find((sensor) => sensor.sensorId === sensorId)?.name[say.language] ?? target;
}

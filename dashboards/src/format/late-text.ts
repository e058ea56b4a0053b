import type { SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent } from '../../../src/contract/live.ts';
import type { Say } from '../words/say.ts';
import { moment } from './clock.ts';
import { decimalsOf, decimalsWritten, fixed } from './value.ts';

/** An exceedance that was found late, in words: what was measured, when, and what stood when it came. */
export function lateText(
  {
    sensorId,
    target,
    level,
    standing,
    observedAt,
    receivedAt,
    value,
    limit,
  }: Extract<LiveEvent, { log: 'lateExceedance' }>,
  site: SiteOverview,
  say: Say,
): string {
  const sensor = site.sensors.find((one) => one.sensorId === sensorId);
  const decimals = sensor === undefined ? 2 : decimalsOf(sensor.unit, [limit]);
  const written = (number: number): string =>
    `${fixed(number, decimalsWritten(number, limit, decimals))} ${sensor?.unit ?? ''}`.trim();
  return say('log.late', {
    name: sensor?.name[say.language] ?? target,
    level: say(`level.${level}`),
    standing: say(`level.${standing}`),
    measured: moment(observedAt, receivedAt, site.timeZone, say.language),
    value: written(value),
    limit: written(limit),
  });
}

import type { SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent } from '../../../src/contract/live.ts';
import { isGraver } from '../../../src/core/level.ts';
import { rulesOf } from '../state/standing.ts';
import { knownKey } from '../words/say.ts';
import type { Say } from '../words/say.ts';
import type { WordKey } from '../words/zh.ts';
import { moment } from './clock.ts';
import { decimalsOf, decimalsWritten, fixed } from './value.ts';

type LevelChange = Extract<LiveEvent, { log: 'levelChange' }>;
type LateExceedance = Extract<LiveEvent, { log: 'lateExceedance' }>;

/** A change of level in words, with whether people are called for it. A level that stays says what it became. */
export function levelText(event: LevelChange, site: SiteOverview, say: Say): string {
  const text = say(levelKey(event), {
    name: nameOf(site, event, say),
    from: say(`level.${event.from}`),
    to: say(`level.${event.to}`),
    ...writtenIn(site, event),
  });
  if (!isGraver(event.to, event.from)) return text;
  const silence: WordKey | undefined = !event.guarded
    ? 'log.unguarded'
    : !event.verified
      ? 'log.unverified'
      : undefined;
  return silence === undefined ? text : `${text}${say('log.aside')}${say(silence)}`;
}

function levelKey({ from, to, cause }: LevelChange): WordKey {
  if (from === to) return knownKey('log.stays', cause) ?? 'log.stays.other';
  if (!isGraver(to, from)) return cause === 'by-hand' ? 'log.loweredByHand' : 'log.lowered';
  return cause === 'reached-doubtful' ? 'log.raisedDoubtful' : 'log.raised';
}

interface Told {
  readonly sensorId: number;
  readonly target: string;
  readonly value: number;
  readonly limit: number;
}

/** The sensor's name; a sensor this page does not know is named by the target. */
const nameOf = (site: SiteOverview, { sensorId, target }: Pick<Told, 'sensorId' | 'target'>, say: Say): string =>
  site.sensors.find((sensor) => sensor.sensorId === sensorId)?.name[say.language] ?? target;

/** Value and limit with the sensor's unit, in decimals that keep them apart. */
function writtenIn(site: SiteOverview, { sensorId, value, limit }: Omit<Told, 'target'>) {
  const sensor = site.sensors.find((one) => one.sensorId === sensorId);
  const limits = sensor === undefined ? [] : rulesOf(sensor, site.rules).flatMap((rule) => Object.values(rule.limits));
  const decimals = sensor === undefined ? 2 : decimalsOf(sensor.unit, limits);
  const written = (one: number): string =>
    `${fixed(one, decimalsWritten(one, limit, decimals))} ${sensor?.unit ?? ''}`.trim();
  return { value: written(value), limit: written(limit) };
}

/** An exceedance that was found late, in words: what was measured, when, and what stood when it came. */
export const lateText = (event: LateExceedance, site: SiteOverview, say: Say): string =>
  say('log.late', {
    name: nameOf(site, event, say),
    level: say(`level.${event.level}`),
    standing: say(`level.${event.standing}`),
    measured: moment(event.observedAt, event.receivedAt, site.timeZone, say.language),
    ...writtenIn(site, event),
  });

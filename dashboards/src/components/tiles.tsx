import type { JSX } from 'preact';
import type { SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { ageInWords, lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { decimalsApart, decimalsOf, fixed, fixedApart } from '../format/value.ts';
import { select, selectedId } from '../live/curve-reader.ts';
import { say } from '../live/language.ts';
import { heard, now } from '../live/site-watch.ts';
import { countsFrom } from '../state/newest.ts';
import { isUnknown, nextLimit, rulesOf, standing } from '../state/standing.ts';
import type { Standing } from '../state/standing.ts';
import { LevelBadge } from './level-badge.tsx';
import { LevelMark } from './level-mark.tsx';

/** A tile per sensor; pressing one shows its curve. */
export function Tiles({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  return (
    <section class="tiles" aria-label={say.value('tiles.title')}>
      {overview.sensors.map((sensor) => (
        <Tile key={sensor.sensorId} sensor={sensor} overview={overview} />
      ))}
    </section>
  );
}

interface TileProps {
  readonly sensor: SensorView;
  readonly overview: SiteOverview;
}

function Tile({ sensor, overview }: TileProps): JSX.Element {
  const words = say.value;
  const seen = standing(sensor, overview.rules, { now: now.value, heard: heard.value });
  const face = isUnknown(seen) ? 'unknown' : (seen.level ?? 'unknown');
  const chosen = selectedId.value === sensor.sensorId;
  return (
    <button
      type="button"
      class={`tile tile-${face} ${seen.doubt === null ? '' : 'tile-doubted'}`}
      aria-pressed={chosen}
      title={words('tile.select', { name: sensor.name[words.language] })}
      onClick={() => select(sensor.sensorId)}
    >
      <span class="tile-name">{sensor.name[words.language]}</span>
      <Face seen={seen} sensor={sensor} />
      <Value sensor={sensor} overview={overview} />
      <Age sensor={sensor} timeZone={overview.timeZone} />
    </button>
  );
}

/** Level as colour, shape and word, and beside it what casts doubt on it. Unknown never looks normal. */
function Face({ seen, sensor }: { readonly seen: Standing; readonly sensor: SensorView }): JSX.Element {
  const words = say.value;
  const { level, doubt } = seen;
  const since = sensor.visibilitySince;
  const tellSince = since !== null && sensor.visibility !== 'seen';
  return (
    <span class="tile-face">
      {level !== null && !isUnknown(seen) && <LevelBadge level={level} />}
      {doubt !== null && (
        <span class="badge badge-unknown">
          <LevelMark mark="unknown" />
          <span>{words(`doubt.${doubt}`)}</span>
        </span>
      )}
      {doubt !== null && isUnknown(seen) && level !== null && sensor.newest !== null && (
        <small>{words('doubt.lastKnown', { level: words(`level.${level}`) })}</small>
      )}
      {tellSince && <small>{words('doubt.since', { age: lengthInWords(words, now.value - since) })}</small>}
    </span>
  );
}

function Value({ sensor, overview }: TileProps): JSX.Element {
  const words = say.value;
  const rules = rulesOf(sensor, overview.rules);
  const limits = rules.flatMap((rule) => Object.values(rule.limits));
  const value = sensor.newest?.value;
  const next = value === undefined ? undefined : nextLimit(value, rules);
  const usual = decimalsOf(sensor.unit, limits);
  const decimals = value === undefined ? usual : decimalsApart(value, limits, usual);
  return (
    <>
      <span class="tile-value">
        <span class="number">{value === undefined ? '—' : fixed(value, decimals)}</span>
        <span class="unit">{sensor.unit}</span>
      </span>
      <span class={`tile-limit ${next?.kind === 'held' || next?.kind === 'receding' ? 'tile-limit-back' : ''}`}>
        {next !== undefined &&
          words(`tile.${next.kind}`, {
            side: words(`tileSide.${next.worse}`),
            level: words(`level.${next.level}`),
            distance: `${fixedApart(next.distance, decimals)} ${sensor.unit}`,
          })}
      </span>
    </>
  );
}

/** Age of the value by the instrument's own time; by its arrival when the instrument's clock is ahead of ours. */
function Age({ sensor, timeZone }: { readonly sensor: SensorView; readonly timeZone: string }): JSX.Element {
  const words = say.value;
  const { newest } = sensor;
  if (newest === null)
    return <span class="tile-age">{words('tile.interval', { age: lengthInWords(words, sensor.intervalMs) })}</span>;
  const from = countsFrom(newest, sensor.installedAt);
  const at = from > now.value + 5000 ? newest.receivedAt : from;
  return (
    <span class="tile-age">
      <time title={`${words('tile.observed')} ${moment(newest.observedAt, now.value, timeZone, words.language)}`}>
        {ageInWords(words, now.value - at)}
      </time>
    </span>
  );
}

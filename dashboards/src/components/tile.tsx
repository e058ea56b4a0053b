import type { JSX } from 'preact';
import type { SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { ageInWords, lengthInWords } from '../format/age.ts';
import { hourAndMinute, moment } from '../format/clock.ts';
import { flagNames } from '../format/flags.ts';
import { showCurveOf } from '../live/show-curve.ts';
import { select, selectedId } from '../live/curve-reader.ts';
import { say } from '../live/language.ts';
import { heard, now, shown, watch } from '../live/site-watch.ts';
import { countsFrom } from '../state/newest.ts';
import { marksOf } from '../state/marks.ts';
import type { Mark } from '../state/marks.ts';
import { isUnknown, maintenanceOf, standing } from '../state/standing.ts';
import type { Doubt, Standing } from '../state/standing.ts';
import type { Say } from '../words/say.ts';
import { LevelBadge } from './level-badge.tsx';
import { LevelMark } from './level-mark.tsx';
import { TileLimit, TileValue } from './tile-value.tsx';

interface TileProps {
  readonly sensor: SensorView;
  readonly overview: SiteOverview;
}

const NOTHING_IN_MEMORY: ReadonlySet<string> = new Set();

/** One sensor: how bad, how sure, how much, how old. Pressing it shows its curve. */
export function Tile({ sensor, overview }: TileProps): JSX.Element {
  const words = say.value;
  const seen = standing(sensor, overview.rules, { now: now.value, heard: heard.value });
  const marks = marksOf(sensor, overview.rules, {
    inMemory: shown.value?.inMemory ?? NOTHING_IN_MEMORY,
    unrecordedReadings: watch.value.unrecordedReadings,
  });
  const face = seen.doubt === 'unjudged' ? 'unjudged' : isUnknown(seen) ? 'unknown' : (seen.level ?? 'unknown');
  const name = sensor.name[words.language];
  return (
    <button
      type="button"
      class={[
        `tile tile-${face}`,
        seen.doubt !== null && seen.doubt !== 'unjudged' ? 'tile-doubted' : '',
        marks.includes('unverified') ? 'tile-unverified' : '',
        marks.includes('unrecorded') ? 'tile-unrecorded' : '',
      ].join(' ')}
      aria-pressed={selectedId.value === sensor.sensorId}
      title={words('tile.select', { name })}
      onClick={() => showCurveOf(() => select(sensor.sensorId))}
    >
      <span class="tile-name">{name}</span>
      <Face seen={seen} sensor={sensor} marks={marks} timeZone={overview.timeZone} />
      <TileValue sensor={sensor} rules={overview.rules} />
      <TileLimit sensor={sensor} rules={overview.rules} />
      <Age sensor={sensor} timeZone={overview.timeZone} />
    </button>
  );
}

interface FaceProps {
  readonly seen: Standing;
  readonly sensor: SensorView;
  readonly marks: readonly Mark[];
  readonly timeZone: string;
}

/** Level as colour, shape and word, and beside it what casts doubt on it. Unknown never looks normal. */
function Face({ seen, sensor, marks, timeZone }: FaceProps): JSX.Element {
  const words = say.value;
  const { level, doubt } = seen;
  return (
    <span class="tile-face">
      {level !== null && !isUnknown(seen) && <LevelBadge level={level} />}
      {marks.map((mark) => (
        <span key={mark} class={`tag tag-${mark}`} title={words(`markWhy.${mark}`)}>
          {words(`mark.${mark}`)}
        </span>
      ))}
      {doubt !== null && <DoubtBadge doubt={doubt} sensor={sensor} timeZone={timeZone} />}
      <Was seen={seen} sensor={sensor} />
    </span>
  );
}

/** The level it had when it was last known, and how long it has not been seen. */
function Was({ seen, sensor }: Pick<FaceProps, 'seen' | 'sensor'>): JSX.Element | null {
  const words = say.value;
  const { level, doubt } = seen;
  const { visibilitySince: from, visibility, newest } = sensor;
  const age =
    from !== null && visibility !== 'seen' && doubt !== 'maintenance' ? lengthInWords(words, now.value - from) : null;
  const was = doubt !== null && isUnknown(seen) && level !== null && newest !== null ? words(`level.${level}`) : null;
  if (was === null && age === null) return null;
  if (was === null) return <small>{words('doubt.since', { age: age ?? '' })}</small>;
  return (
    <small>{age === null ? words('doubt.was', { level: was }) : words('doubt.wasSince', { level: was, age })}</small>
  );
}

interface DoubtBadgeProps {
  readonly doubt: Doubt;
  readonly sensor: SensorView;
  readonly timeZone: string;
}

function DoubtBadge({ doubt, sensor, timeZone }: DoubtBadgeProps): JSX.Element {
  const words = say.value;
  if (doubt === 'unjudged') return <small>{words('doubt.unjudged')}</small>;
  const work = doubt === 'maintenance' ? maintenanceOf(sensor, now.value) : null;
  return (
    <>
      <span class="badge badge-unknown">
        <LevelMark mark="unknown" />
        <span>{doubtText(words, { doubt, sensor, timeZone })}</span>
      </span>
      {work !== null && <small>{work.reason}</small>}
    </>
  );
}

/** What casts doubt, with the reasons the newest reading carries, or until when the point is worked on. */
function doubtText(words: Say, { doubt, sensor, timeZone }: DoubtBadgeProps): string {
  const work = doubt === 'maintenance' ? maintenanceOf(sensor, now.value) : null;
  if (work !== null)
    return words('doubt.maintenanceUntil', { time: hourAndMinute(work.until, timeZone, words.language) });
  const flags = sensor.newest?.doubtful === true ? (sensor.newest.flags ?? []) : [];
  return doubt === 'doubtful' && flags.length > 0
    ? words('doubt.doubtfulWhy', { why: flagNames(words, flags) })
    : words(`doubt.${doubt}`);
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

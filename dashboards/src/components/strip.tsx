import type { JSX } from 'preact';
import type { SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { select } from '../live/curve-reader.ts';
import { say } from '../live/language.ts';
import { showCurveOf } from '../live/show-curve.ts';
import type { Board } from '../state/board.ts';
import { isUnverified } from '../state/marks.ts';
import { standingRules } from '../state/standing.ts';
import { LevelMark } from './level-mark.tsx';
import { valueText } from './tile-value.tsx';

/** As many are named, on a phone and on a desk; the rest are counted. */
const NAMED = { narrow: 5, wide: 8 };

interface StripProps {
  readonly board: Board;
  readonly overview: SiteOverview;
}

/** Every level that stands, worst first, above everything that can be scrolled: no warning lies below the fold unsaid. */
export function Strip({ board, overview }: StripProps): JSX.Element | null {
  const words = say.value;
  const { standing } = board;
  const named = window.matchMedia('(max-width: 720px)').matches ? NAMED.narrow : NAMED.wide;
  if (standing.length === 0) return null;
  return (
    <nav class="strip" aria-label={words('strip.title')}>
      {standing.slice(0, named).map((sensor) => (
        <Chip key={sensor.sensorId} sensor={sensor} overview={overview} />
      ))}
      {standing.length > named && (
        <span class="strip-more">{words('strip.more', { count: standing.length - named })}</span>
      )}
    </nav>
  );
}

function Chip({ sensor, overview }: { readonly sensor: SensorView; readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const standing = standingRules(sensor, overview.rules);
  const level = standing[0]?.level ?? 'normal';
  const unverified = isUnverified(standing);
  return (
    <button
      type="button"
      class={`chip badge-${level} ${unverified ? 'badge-unverified' : ''}`}
      onClick={() => showCurveOf(() => select(sensor.sensorId))}
    >
      <LevelMark mark={level} />
      <span>{words(`level.${level}`)}</span>
      <strong>{sensor.name[words.language]}</strong>
      <span class="chip-value number">{valueText(sensor, overview.rules)}</span>
      {unverified && <span>{words('mark.unverified')}</span>}
    </button>
  );
}

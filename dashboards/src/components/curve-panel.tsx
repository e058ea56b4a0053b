import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { RuleView, SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { decimalsOf, fixed } from '../format/value.ts';
import { RANGES, choose, curvePhase, range, selected, trace } from '../live/curve-reader.ts';
import type { CurveSubject } from '../live/curve-reader.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';
import { rulesOf } from '../state/standing.ts';
import { CurvePlot } from './curve-plot.tsx';
import type { Pointed } from './curve-plot.tsx';

/** The curve of the chosen sensor with its bands, and the span it covers. */
export function CurvePanel({ overview }: { readonly overview: SiteOverview }): JSX.Element | null {
  const words = say.value;
  const sensor = selected.value;
  const pointed = useSignal<Pointed | null>(null);
  if (sensor === undefined) return null;
  const rules = rulesOf(sensor, overview.rules);
  const decimals = decimalsOf(
    sensor.unit,
    rules.flatMap((rule) => Object.values(rule.limits)),
  );
  return (
    <section class="panel curve" aria-labelledby="curve-title">
      <header>
        <h2 id="curve-title">
          {sensor.name[words.language]}
          <span class="quiet">{` ${sensor.code} · ${sensor.unit}`}</span>
        </h2>
        <div class="ranges" role="group" aria-label={words('curve.range')}>
          {RANGES.map((one) => (
            <button key={one} type="button" aria-pressed={range.value === one} onClick={() => choose(one)}>
              {words(`range.${one}`)}
            </button>
          ))}
        </div>
      </header>
      <div class="plot-frame" role="img" aria-label={describe(sensor, decimals)}>
        <CurvePlot rules={rules} decimals={decimals} timeZone={overview.timeZone} pointed={pointed} />
        <PointedAt pointed={pointed} decimals={decimals} unit={sensor.unit} timeZone={overview.timeZone} />
        <Overlay />
      </div>
      <footer>
        <Counted />
        {rules.map((rule) => (
          <LimitSource key={rule.target} rule={rule} />
        ))}
      </footer>
    </section>
  );
}

/** Where limits come from, and who approved them. */
function LimitSource({ rule }: { readonly rule: RuleView }): JSX.Element {
  const words = say.value;
  const { approved, source } = rule;
  return (
    <span class="limit-source">
      <span>{words('curve.source', { source })}</span>
      {approved === null ? (
        <strong class="tag tag-unapproved" title={words('markWhy.unapproved')}>
          {words('mark.unapproved')}
        </strong>
      ) : (
        <span>{words('curve.approved', approved)}</span>
      )}
    </span>
  );
}

function describe(sensor: CurveSubject, decimals: number): string {
  const words = say.value;
  const value =
    sensor.newest === null || sensor.newest === undefined
      ? words('doubt.no-data')
      : `${fixed(sensor.newest.value, decimals)} ${sensor.unit}`;
  return words('curve.describe', { name: sensor.name[words.language], range: words(`range.${range.value}`), value });
}

interface PointedAtProps {
  readonly pointed: Signal<Pointed | null>;
  readonly decimals: number;
  readonly unit: string;
  readonly timeZone: string;
}

/** Value and time of the point under the pointer. */
function PointedAt({ pointed, decimals, unit, timeZone }: PointedAtProps): JSX.Element | null {
  const words = say.value;
  const point = pointed.value;
  if (point === null) return null;
  return (
    <p class="pointed">
      <strong class="number">{`${fixed(point.value, decimals)} ${unit}`}</strong>
      <time>{moment(point.at, now.value, timeZone, words.language)}</time>
      {point.doubtful && <span>{words('curve.doubtful')}</span>}
    </p>
  );
}

function Overlay(): JSX.Element | null {
  const words = say.value;
  const phase = curvePhase.value;
  if (phase === 'failed')
    return (
      <p class="plot-note" role="alert">
        {words('curve.failed')}
      </p>
    );
  if (phase === 'reading') return <p class="plot-note">{words('curve.loading')}</p>;
  return trace.value?.points.length === 0 ? <p class="plot-note">{words('curve.empty')}</p> : null;
}

function Counted(): JSX.Element | null {
  const words = say.value;
  const shown = trace.value;
  if (shown === null) return null;
  return (
    <>
      <span>{words(shown.thinned ? 'curve.thinned' : 'curve.stored', { count: shown.stored })}</span>
      {shown.points.some(([, , doubtful]) => doubtful === 1) && (
        <span class="key-doubtful">
          <i />
          {words('curve.doubtful')}
        </span>
      )}
      {shown.unrecorded.size > 0 && (
        <span class="key-unrecorded">
          <i />
          {words('curve.unrecorded')}
        </span>
      )}
    </>
  );
}

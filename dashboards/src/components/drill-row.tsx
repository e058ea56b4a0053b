import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DrillView } from '../../../src/contract/drills.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { now } from '../live/site-watch.ts';
import { hrefOf } from '../live/view.ts';
import { knownKey } from '../words/say.ts';
import type { Say } from '../words/say.ts';
import { CalloutReportPanel } from './callout-report-panel.tsx';
import { LevelBadge } from './level-badge.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

interface DrillRowProps {
  readonly drill: DrillView;
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

/** One drill in a few numbers, with its report behind one click. */
export function DrillRow({ drill, overview, onChange }: DrillRowProps): JSX.Element {
  const words = say.value;
  const shown = useSignal(false);
  const { level, what, plannedFor, askedBy, state, endsAt, calloutId, files } = drill;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  return (
    <li class={`drill drill-${state}`}>
      <div class="drill-line">
        <time>{time(plannedFor)}</time>
        <span>
          <LevelBadge level={level} /> <strong>{what[words.language]}</strong> <span class="quiet">{askedBy}</span>
        </span>
        <span>
          <span class="tag">{words('drill.tag')}</span> {stateText(words, drill)}
          {state === 'running' && endsAt !== null && (
            <small class="quiet"> {words('drill.until', { time: time(endsAt) })}</small>
          )}
        </span>
        <Figures drill={drill} />
        <span class="drill-acts">
          {state === 'running' && (
            <a class="button button-strong" href={hrefOf('room')}>
              {words('drill.toRoom')}
            </a>
          )}
          {calloutId !== null && (
            <button
              type="button"
              class="button"
              aria-expanded={shown.value}
              onClick={() => {
                shown.value = !shown.value;
              }}
            >
              {words('drill.report')}
              {files > 0 && <span class="view-count">{words('drill.files', { count: files })}</span>}
            </button>
          )}
          <EndDrill drill={drill} onChange={onChange} />
        </span>
      </div>
      {shown.value && calloutId !== null && <CalloutReportPanel calloutId={calloutId} overview={overview} />}
    </li>
  );
}

function Figures({ drill: { figures } }: Pick<DrillRowProps, 'drill'>): JSX.Element {
  const words = say.value;
  if (figures === null) return <span />;
  const { openedAt, firstCallAt, firstHumanAt, respondedAt, calls, missed, gaps } = figures;
  const after = (at: number | null): string => (at === null ? '—' : lengthInWords(words, at - openedAt));
  const values = { call: after(firstCallAt), human: after(firstHumanAt), response: after(respondedAt) };
  return <span>{words('report.figures', { ...values, calls, missed, gaps })}</span>;
}

function EndDrill({ drill, onChange }: Omit<DrillRowProps, 'overview'>): JSX.Element | null {
  const words = say.value;
  const { drillId, siteId, state } = drill;
  if ((state !== 'running' && state !== 'planned') || !may('drill/end', siteId)) return null;
  const isPlanned = state === 'planned';
  return (
    <ReasonDialog
      action={words(isPlanned ? 'drill.cancel' : 'drill.stop')}
      explain={words(isPlanned ? 'drill.cancelExplain' : 'drill.stopExplain')}
      onReason={(note) => ask(`/api/drills/${drillId}/end`, null, { method: 'POST', body: { note } })}
      onDone={onChange}
    />
  );
}

function stateText(words: Say, { state, endedHow, why }: DrillView): string {
  const text = words(`drill.state.${state}`);
  const how = endedHow === null ? undefined : words(`drill.end.${endedHow}`);
  const key = why === null ? undefined : knownKey('drill.why', why);
  const reason = how ?? (key === undefined ? why : words(key));
  return reason === null || reason === undefined ? text : `${text}${words('list.separator')}${reason}`;
}

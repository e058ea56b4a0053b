import type { JSX } from 'preact';
import { ConnectionsView } from '../../../src/contract/http.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { sourceCounts } from '../state/sources.ts';
import { CurvePanel } from './curve-panel.tsx';
import { LevelMark } from './level-mark.tsx';
import { Quarantine } from './quarantine.tsx';
import { CarrierTable } from './carrier-table.tsx';
import { SourceTable } from './source-table.tsx';

const EVERY_MS = 5000;

/** The page 接入: how each instrument reaches us, and what was refused. */
export function SourcesPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/connections`;
  const { value, fault } = usePolled(path, ConnectionsView, EVERY_MS);
  return (
    <main class="page-sources">
      <section class="panel sources" aria-labelledby="sources-title">
        <h2 id="sources-title">{words('sources.title')}</h2>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {value === undefined && fault === undefined && <p>{words('app.loading')}</p>}
        {value !== undefined && (
          <>
            <Line view={value} />
            <SourceTable view={value} />
            <CarrierTable carriers={value.carriers} />
          </>
        )}
      </section>
      <CurvePanel overview={overview} />
      <Quarantine overview={overview} />
    </main>
  );
}

/** The line that every reading goes along, in words, and how many sources are in which state. */
function Line({ view }: { readonly view: ConnectionsView }): JSX.Element {
  const words = say.value;
  const { line } = view;
  return (
    <div class="line">
      <ul>
        {(['broker', 'judge', 'database'] as const).map((part) => (
          <li key={part} class={line[part] ? '' : 'line-broken'}>
            {!line[part] && <LevelMark mark="unknown" />}
            {words(line[part] ? `line.${part}` : `line.${part}Away`)}
          </li>
        ))}
      </ul>
      <p>
        {sourceCounts(view, now.value).map(([state, count]) => (
          <span key={state} class={`source-count source-${state}`}>
            {words(`sourceState.${state}`)} <strong class="number">{count}</strong>
          </span>
        ))}
      </p>
    </div>
  );
}

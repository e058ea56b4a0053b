import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { LinesView } from '../../../src/contract/lines.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { faultyLines, isEdgeAway, linesWorstFirst } from '../state/lines.ts';
import { LevelMark } from './level-mark.tsx';
import { LineCard } from './line-card.tsx';
import { MayNot } from './may-not.tsx';

const EVERY_MS = 5000;

/** The page 采集线路: every line by which instruments are asked, the worst first, and what to do where one gives nothing. */
export function LinesPage({ overview: { siteId } }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { value, fault, again } = usePolled(`/api/sites/${encodeURIComponent(siteId)}/lines`, LinesView, EVERY_MS);
  return (
    <main class="page-points page-lines">
      <section class="panel" aria-labelledby="lines-title">
        <h2 id="lines-title">{words('lines.title')}</h2>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {value === undefined && fault === undefined && <p>{words('app.loading')}</p>}
        {value?.lines.length === 0 && <p class="quiet">{words('lines.none')}</p>}
        {value !== undefined && value.lines.length > 0 && (
          <>
            <p class="quiet">{words('lines.counts', { count: value.lines.length, faulty: faultyLines(value) })}</p>
            <Edges view={value} />
            {!may('line/ask', siteId) && <MayNot permission="line/ask" siteId={siteId} />}
            <ul class="line-list">
              {linesWorstFirst(value).map((line) => (
                <LineCard key={line.line} line={line} siteId={siteId} now={value.now} onChange={again} />
              ))}
            </ul>
          </>
        )}
      </section>
    </main>
  );
}

/** What must be known of the processes that run the lines; nothing where all is well. */
function Edges({ view }: { readonly view: LinesView }): JSX.Element {
  const words = say.value;
  return (
    <>
      {view.edges.map((one) => (
        <div key={one.edge}>
          {isEdgeAway(one, view.now) && (
            <p class="line-broken">
              <LevelMark mark="unknown" /> {words('lines.edgeAway', { edge: one.edge })}
            </p>
          )}
          {one.waitingBytes !== null && one.waitingBytes > 1024 && (
            <p>{words('lines.edgeWaits', { edge: one.edge, size: Math.round(one.waitingBytes / 1024) })}</p>
          )}
          {one.lost !== null && (
            <p class="fault">
              {words('lines.edgeLost', { edge: one.edge })}{' '}
              <small class="technical">{words('technical', { detail: one.lost })}</small>
            </p>
          )}
        </div>
      ))}
    </>
  );
}

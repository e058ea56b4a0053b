import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { z } from 'zod';
import { FindingView } from '../../../src/contract/findings.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { FindingLine } from './finding-line.tsx';
import { MayNot } from './may-not.tsx';
import { PatrolPanel } from './patrol-panel.tsx';
import { ReportFindingPanel } from './report-finding.tsx';
import { WeatherPanel } from './weather-panel.tsx';

const EVERY_MS = 15_000;

/** The page 巡查上报: a danger is reported here, and what was found is looked after until it is closed. */
export function RoundsPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { siteId } = overview;
  const path = `/api/sites/${encodeURIComponent(siteId)}/findings`;
  const { value, fault, again } = usePolled(path, z.array(FindingView), EVERY_MS);
  const { reportChange } = overview.cursor;
  // What stands has changed, as the live connection tells.
  const standing = overview.reports.map(({ key, level }) => `${key} ${level}`).join();
  useEffect(again, [standing, reportChange]);
  const open = (value ?? []).filter(({ level }) => level !== 'normal');
  const over = (value ?? []).filter(({ level }) => level === 'normal');
  const lines = (of: readonly FindingView[]): JSX.Element[] =>
    of.map((finding) => <FindingLine key={finding.findingId} finding={finding} overview={overview} onChange={again} />);
  return (
    <main class="page-rounds">
      {may('finding/report', siteId) ? (
        <ReportFindingPanel overview={overview} onSent={again} />
      ) : (
        <MayNot permission="finding/report" siteId={siteId} />
      )}
      <div class="rounds-side">
        <section class="panel findings" aria-labelledby="findings-title">
          <h2 id="findings-title">{words('findings.title')}</h2>
          {fault !== undefined && (
            <p class="fault" role="alert">
              {problemText(words, fault)}
            </p>
          )}
          {value !== undefined && open.length === 0 && <p>{words('findings.none')}</p>}
          <ol>{lines(open)}</ol>
          {over.length > 0 && (
            <details>
              <summary>{words('findings.past')}</summary>
              <ol>{lines(over)}</ol>
            </details>
          )}
        </section>
        <PatrolPanel overview={overview} />
        <WeatherPanel overview={overview} />
      </div>
    </main>
  );
}

import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { DrillsView } from '../../../src/contract/drills.ts';
import type { DrillView } from '../../../src/contract/drills.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { fullDate } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { DrillRow } from './drill-row.tsx';
import { MayNot } from './may-not.tsx';
import { StartDrillForm } from './start-drill.tsx';

const EVERY_MS = 10_000;

/** The page 演练: a drill is begun or planned here, is seen while it runs, and has its report. */
export function DrillPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { siteId, callout } = overview;
  const { value, fault, again } = usePolled(`/api/sites/${encodeURIComponent(siteId)}/drills`, DrillsView, EVERY_MS);
  useEffect(again, [callout?.calloutId, callout?.phase]);
  const drills = value?.drills ?? [];
  const rows = (of: readonly DrillView[]): JSX.Element => (
    <ol class="drills">
      {of.map((drill) => (
        <DrillRow key={drill.drillId} drill={drill} overview={overview} onChange={again} />
      ))}
    </ol>
  );
  const running = drills.filter(({ state }) => state === 'running');
  const planned = drills.filter(({ state }) => state === 'planned').toReversed();
  const past = drills.filter(({ state }) => state !== 'running' && state !== 'planned');
  return (
    <main class="page-drill">
      <section class="panel" aria-labelledby="drill-title">
        <h2 id="drill-title">{words('drill.title')}</h2>
        <p class="quiet">{words('drill.explain')}</p>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {value !== undefined && <Due drills={value} timeZone={overview.timeZone} />}
        {running.length > 0 && <h3>{words('drill.running')}</h3>}
        {running.length > 0 && rows(running)}
      </section>
      {running.length === 0 && (
        <section class="panel" aria-labelledby="drill-start">
          <h2 id="drill-start">{words('drill.start')}</h2>
          {may('drill/start', siteId) ? (
            <StartDrillForm overview={overview} onStarted={again} />
          ) : (
            <MayNot permission="drill/start" siteId={siteId} />
          )}
        </section>
      )}
      {planned.length > 0 && (
        <section class="panel" aria-labelledby="drill-planned">
          <h2 id="drill-planned">{words('drill.planned')}</h2>
          {rows(planned)}
        </section>
      )}
      <section class="panel" aria-labelledby="drill-past">
        <h2 id="drill-past">{words('drill.past')}</h2>
        {value !== undefined && past.length === 0 && <p class="quiet">{words('drill.none')}</p>}
        {rows(past)}
      </section>
    </main>
  );
}

function Due({ drills, timeZone }: { readonly drills: DrillsView; readonly timeZone: string }): JSX.Element {
  const words = say.value;
  const { everyDays, lastAt, dueAt, isOverdue } = drills;
  const date = (at: number): string => fullDate(at, timeZone, words.language);
  return (
    <p>
      <strong class={isOverdue ? 'fault' : ''}>
        {words(isOverdue ? 'drill.overdue' : 'drill.dueAt', { date: date(dueAt), days: everyDays })}
      </strong>{' '}
      {lastAt === null ? words('drill.never') : words('drill.last', { date: date(lastAt) })}
    </p>
  );
}

import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';
import { LevelBadge } from './level-badge.tsx';

/** What stands and no sensor measured: it is on every wall, before everything that was measured. */
export function ReportsPanel({ overview }: { readonly overview: SiteOverview }): JSX.Element | null {
  const words = say.value;
  const { reports, timeZone } = overview;
  if (reports.length === 0) return null;
  return (
    <section class="panel reports" aria-labelledby="reports-title">
      <h2 id="reports-title">{words('reports.title')}</h2>
      <ul>
        {reports.map(({ key, subject, level, words: told, since }) => (
          <li key={key} class="report">
            <LevelBadge level={level} />
            <span class="tag">{words(`reports.subject.${subject}`)}</span>
            <span>
              {words('reports.line', {
                words: told[words.language],
                time: moment(since, now.value, timeZone, words.language),
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { MonthReport } from '../../../src/contract/callout-report.ts';
import type { CalloutFigures } from '../../../src/contract/callout-report.ts';
import { eventNumber } from '../../../src/core/event-number.ts';
import { lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { sayName } from '../words/say.ts';
import { CalloutReportPanel } from './callout-report-panel.tsx';
import { LevelBadge } from './level-badge.tsx';

const EVERY_MS = 60_000;

/** 叫应报告: the callouts of a month in a few numbers, each with its report to take away. */
export function CalloutReports({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const month = useSignal('');
  const asked = month.value === '' ? '' : `?month=${month.value}`;
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/callout-reports`;
  const { value, fault } = usePolled(`${path}${asked}`, MonthReport, EVERY_MS);
  return (
    <section class="panel" aria-labelledby="reports-title">
      <h2 id="reports-title">{words('report.title')}</h2>
      <div class="report-tools">
        <label>
          <span>{words('report.month')}</span>{' '}
          <input
            type="month"
            value={month.value || (value?.month ?? '')}
            onChange={(event) => {
              month.value = /^\d{4}-\d{2}$/.test(event.currentTarget.value) ? event.currentTarget.value : '';
            }}
          />
        </label>
        <a class="button button-quiet" href={`${path}.pdf${asked}`}>
          {words('report.monthPdf')}
        </a>
        <a class="button button-quiet" href={`${path}.xlsx${asked}`}>
          {words('report.monthXlsx')}
        </a>
      </div>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, fault)}
        </p>
      )}
      {value?.callouts.length === 0 && <p class="quiet">{words('report.none')}</p>}
      <ol class="rehearsed">
        {(value?.callouts ?? []).map((figures) => (
          <Line key={figures.calloutId} figures={figures} overview={overview} />
        ))}
      </ol>
      {value?.isCut === true && <p class="quiet">{words('report.cut')}</p>}
    </section>
  );
}

interface LineProps {
  readonly figures: CalloutFigures;
  readonly overview: SiteOverview;
}

function Line({ figures, overview }: LineProps): JSX.Element {
  const words = say.value;
  const shown = useSignal(false);
  const { timeZone } = overview;
  const { calloutId, level, phase, openedAt, firstCallAt, firstHumanAt, respondedAt, calls, missed, gaps } = figures;
  const after = (at: number | null): string => (at === null ? '—' : lengthInWords(words, at - openedAt));
  const path = `/api/callouts/${calloutId}/report`;
  return (
    <li>
      <time>{moment(openedAt, now.value, timeZone, words.language)}</time>
      <span>
        {words('callout.number', { number: eventNumber(calloutId) })} {level !== null && <LevelBadge level={level} />}{' '}
        {sayName(words, 'callout.phase', phase)}
      </span>
      <span>
        {words('report.figures', {
          call: after(firstCallAt),
          human: after(firstHumanAt),
          response: after(respondedAt),
          calls,
          missed,
          gaps,
        })}
      </span>
      <span>
        <button
          type="button"
          class="button button-quiet"
          aria-expanded={shown.value}
          onClick={() => {
            shown.value = !shown.value;
          }}
        >
          {words('report.show')}
        </button>{' '}
        <a href={`${path}.pdf`}>{words('report.pdf')}</a> <a href={`${path}.xlsx`}>{words('report.xlsx')}</a>
      </span>
      {shown.value && <CalloutReportPanel calloutId={calloutId} overview={overview} />}
    </li>
  );
}

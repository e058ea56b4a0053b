import type { JSX } from 'preact';
import { CalloutReport } from '../../../src/contract/callout-report.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { attemptText } from '../format/attempt-text.ts';
import { lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { sayName } from '../words/say.ts';
import { LevelBadge } from './level-badge.tsx';
import { ReportFiles } from './report-files.tsx';

interface PanelProps {
  readonly calloutId: string;
  readonly overview: SiteOverview;
}

const EVERY_MS = 10_000;

/** The report of a callout or a drill, in place: figures, answers, calls, and what people have added. */
export function CalloutReportPanel({ calloutId, overview }: PanelProps): JSX.Element {
  const words = say.value;
  const path = `/api/callouts/${calloutId}/report`;
  const { value, fault, again } = usePolled(path, CalloutReport, EVERY_MS);
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  if (value === undefined)
    return <div class="callout-report">{fault !== undefined && <p class="fault">{problemText(words, fault)}</p>}</div>;
  const { figures, answers, calls, files, drill } = value;
  const after = (at: number | null): string => (at === null ? '—' : lengthInWords(words, at - figures.openedAt));
  const { people, answeredAt, endedAt } = figures;
  return (
    <div class="callout-report">
      <p>
        {drill && <span class="tag">{words('drill.tag')}</span>}{' '}
        {words('report.people', { people, answered: after(answeredAt), ended: after(endedAt) })}{' '}
        <a href={`${path}.pdf`}>{words('report.pdf')}</a> <a href={`${path}.xlsx`}>{words('report.xlsx')}</a>
      </p>
      <ReportFiles calloutId={calloutId} files={files} overview={overview} onChange={again} />
      {answers.length > 0 && <h4>{words('report.answers')}</h4>}
      <ol class="report-lines">
        {answers.map((answer, i) => (
          <li key={i}>
            <time>{time(answer.at)}</time>
            <LevelBadge level={answer.level ?? answer.asked} />
            <span>
              {answer.name[words.language]} <span class="quiet">{sayName(words, 'medium', answer.medium)}</span>
            </span>
          </li>
        ))}
      </ol>
      <h4>{words('report.calls')}</h4>
      {calls.length === 0 && <p class="quiet">{words('report.noCalls')}</p>}
      <ol class="report-lines">
        {calls.map((call) => (
          <li key={call.number}>
            <time>{time(call.at)}</time>
            <LevelBadge level={call.level} />
            <span>
              {call.name[words.language]}{' '}
              <span class="quiet">
                {words(`medium.${call.medium}`)} {call.phone}
              </span>{' '}
              {attemptText(words, { medium: call.medium, outcome: call.outcome, status: 'ringing' })}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

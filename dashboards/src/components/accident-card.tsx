import type { JSX } from 'preact';
import type { AccidentView } from '../../../src/contract/accidents.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';
import { AccidentForm } from './accident-form.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

interface AccidentCardProps {
  readonly accident: AccidentView;
  readonly overview: SiteOverview;
  readonly mayTell: boolean;
  readonly onChange: () => void;
}

const MINUTE_MS = 60_000;

/** One accident: the countdown of each report, who has told it, and the text to read out. */
export function AccidentCard({ accident, overview, mayTell, onChange }: AccidentCardProps): JSX.Element {
  const words = say.value;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  const path = `/api/accidents/${accident.accidentId}`;
  const { closed } = accident;
  return (
    <section class={`panel accident ${closed === null ? 'accident-open' : ''}`} aria-label={accident.what}>
      <h3>
        {accident.what} · {accident.where}
      </h3>
      <p class="quiet">
        {words(`accident.grade.${accident.grade}`)} ·{' '}
        {words('accident.declaredBy', { who: accident.declaredBy, time: time(accident.declaredAt) })}
      </p>
      {closed !== null && (
        <p>{words('accident.closedBy', { who: closed.by, time: time(closed.at), note: closed.note })}</p>
      )}
      <ol>
        {accident.reports.map((report) => (
          <li key={report.report} class="accident-report">
            <strong>{report.to[words.language]}</strong>
            <span>{words('accident.by', { who: report.by[words.language] })}</span>
            <Countdown report={report} time={time} running={closed === null} />
            <span class="quiet">{report.source}</span>
            {mayTell && report.told === null && (
              <ReasonDialog
                strong
                action={words('accident.told')}
                explain={words('accident.toldExplain')}
                onReason={(note) =>
                  ask(`${path}/told`, null, { method: 'POST', body: { report: report.report, note } })
                }
                onDone={onChange}
              />
            )}
          </li>
        ))}
      </ol>
      <h4>{words('accident.readOut')}</h4>
      <blockquote class="accident-text">{accident.readOut[words.language]}</blockquote>
      <div class="accident-do no-print">
        <button type="button" class="button" onClick={() => window.print()}>
          {words('accident.print')}
        </button>
        {mayTell && <AccidentForm path={`${path}/amend`} known={accident} onDone={onChange} />}
        {mayTell && (
          <ReasonDialog
            action={words('accident.close')}
            explain={words('accident.closeExplain')}
            onReason={(note) => ask(`${path}/close`, null, { method: 'POST', body: { note } })}
            onDone={onChange}
          />
        )}
      </div>
    </section>
  );
}

interface CountdownProps {
  readonly report: AccidentView['reports'][number];
  readonly time: (at: number) => string;
  readonly running: boolean;
}

function Countdown({ report: { dueAt, told }, time, running }: CountdownProps): JSX.Element {
  const words = say.value;
  if (told !== null)
    return <span>{words('accident.toldBy', { who: told.by, time: time(told.at), note: told.note })}</span>;
  if (dueAt === null) return <span>{words('accident.waits')}</span>;
  const left = Math.ceil((dueAt - now.value) / MINUTE_MS);
  return (
    <span class={running && left <= 0 ? 'accident-over' : 'accident-left'}>
      {words('accident.dueAt', { time: time(dueAt) })}{' '}
      {running &&
        (left > 0 ? words('accident.left', { minutes: left }) : words('accident.overdue', { minutes: -left }))}
    </span>
  );
}

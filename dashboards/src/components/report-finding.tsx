import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import type { ReportFinding } from '../../../src/contract/findings.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { FINDING_KINDS } from '../../../src/core/finding.ts';
import type { FindingKind } from '../../../src/core/finding.ts';
import { WARNING_LEVELS } from '../../../src/core/level.ts';
import type { WarningLevel } from '../../../src/core/level.ts';
import { problemText } from '../format/problem.ts';
import { findingReport } from '../live/finding-report.ts';
import { say } from '../live/language.ts';
import { LevelMark } from './level-mark.tsx';
import { Locate } from './locate.tsx';
import type { Location } from './locate.tsx';

interface ReportProps {
  readonly overview: SiteOverview;
  readonly onSent: () => void;
}

/** The form with which somebody out there reports a danger: large, and with a thumb. */
export function ReportFindingPanel(props: ReportProps): JSX.Element {
  const words = say.value;
  const round = useSignal(0);
  return (
    <section class="panel report-finding" aria-labelledby="report-title">
      <h2 id="report-title">{words('findings.report')}</h2>
      <p class="quiet">{words('findings.explain')}</p>
      <Form key={round.value} {...props} onAnother={() => (round.value += 1)} />
    </section>
  );
}

function Form({ overview, onSent, onAnother }: ReportProps & { readonly onAnother: () => void }): JSX.Element {
  const words = say.value;
  const report = useMemo(() => findingReport(overview.siteId, onSent), []);
  useEffect(() => report.stop, [report]);
  const kind = useSignal<FindingKind | null>(null);
  const level = useSignal<WarningLevel | null>(null);
  const location = useSignal<Location | null>(null);
  const state = report.state.value;

  const send = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    if (kind.value === null || level.value === null) return;
    const photos = form.getAll('photos').filter((one): one is File => one instanceof File && one.size > 0);
    void report.send({ ...written(form), ...location.value, kind: kind.value, level: level.value }, photos);
  };

  if (state.phase === 'sent') {
    return (
      <div class="report-sent" role="status">
        <p class="report-done">{words('findings.sent')}</p>
        {state.unsent.length > 0 && (
          <>
            <p class="fault">{words('findings.photoFailed', { n: state.unsent.length })}</p>
            <button type="button" class="button button-large" onClick={() => void report.sendPhotosAgain()}>
              {words('findings.photoAgain')}
            </button>
          </>
        )}
        <button type="button" class="button button-large" onClick={onAnother}>
          {words('findings.another')}
        </button>
      </div>
    );
  }
  const sending = state.phase === 'sending';
  return (
    <form class="report-form" onSubmit={send}>
      <Choice legend={words('findings.what')} name="kind" of={FINDING_KINDS} onChoose={(one) => (kind.value = one)}>
        {(one) => words(`finding.${one}`)}
      </Choice>
      <Choice legend={words('findings.level')} name="level" of={WARNING_LEVELS} onChoose={(one) => (level.value = one)}>
        {(one) => (
          <span class={`badge badge-${one}`}>
            <LevelMark mark={one} />
            <span>{words(`levelLong.${one}`)}</span>
          </span>
        )}
      </Choice>
      <fieldset>
        <legend>{words('findings.where')}</legend>
        {overview.sections.length > 0 && (
          <label>
            <span>{words('findings.section')}</span>
            <select name="section">
              <option value="">{words('findings.noSection')}</option>
              {overview.sections.map(({ sectionId, name }) => (
                <option key={sectionId} value={sectionId}>
                  {name[words.language]}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          <span>{words('findings.place')}</span>
          <input name="place" maxLength={120} autoComplete="off" />
        </label>
        <Locate location={location} />
      </fieldset>
      <label>
        <span>{words('findings.note')}</span>
        <textarea name="note" maxLength={1000} rows={2} />
      </label>
      <label>
        <span>{words('findings.photos')}</span>
        <input name="photos" type="file" accept="image/jpeg,image/png,image/webp" multiple />
      </label>
      {state.phase === 'open' && state.fault !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, state.fault.code, state.fault.field)}
        </p>
      )}
      {sending && <p role="status">{words(state.waits ? 'findings.retrying' : 'findings.sending')}</p>}
      <button
        type="submit"
        class="button button-strong button-large"
        disabled={sending || kind.value === null || level.value === null}
      >
        {words('findings.send', { level: level.value === null ? '…' : words(`levelLong.${level.value}`) })}
      </button>
    </form>
  );
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly of: readonly T[];
  readonly onChoose: (one: T) => void;
  readonly children: (one: T) => JSX.Element | string;
}

function Choice<T extends string>({ legend, name, of, onChoose, children }: ChoiceProps<T>): JSX.Element {
  return (
    <fieldset class={`report-choice report-${name}`}>
      <legend>{legend}</legend>
      {of.map((one) => (
        <label key={one} class="report-option">
          <input type="radio" name={name} value={one} required onChange={() => onChoose(one)} />
          <span>{children(one)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function written(form: FormData): Pick<ReportFinding, 'section' | 'place' | 'note'> {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [section, place, note] = [text('section'), text('place'), text('note')];
  return { ...(section !== '' && { section }), ...(place !== '' && { place }), ...(note !== '' && { note }) };
}

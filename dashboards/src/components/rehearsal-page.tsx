import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { RehearsalView } from '../../../src/contract/rehearsal.ts';
import { WARNING_LEVELS } from '../../../src/core/level.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { CalloutReports } from './callout-reports.tsx';
import { Field } from './field.tsx';
import { RehearsedCalls } from './rehearsed-calls.tsx';

/** The page 叫应预演: whom the site would call, and when. Nobody is called. */
export function RehearsalPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const shown = useSignal<RehearsalView | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  const submit = async (form: FormData): Promise<void> => {
    try {
      shown.value = await ask(addressOf(overview.siteId, form), RehearsalView);
      fault.value = undefined;
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
  };
  return (
    <main class="page-rehearsal">
      <section class="panel" aria-labelledby="rehearsal-title">
        <h2 id="rehearsal-title">{words('rehearsal.title')}</h2>
        <p class="quiet">{words('rehearsal.explain')}</p>
        <form
          class="form rehearsal-form"
          onSubmit={(event) => {
            event.preventDefault();
            void submit(new FormData(event.currentTarget));
          }}
        >
          <label class="field">
            <span>{words('rehearsal.rule')}</span>
            <select name="rule">
              {overview.rules.map(({ target, ruleId, sensorId }) => (
                <option key={target} value={ruleId}>
                  {`${overview.sensors.find((sensor) => sensor.sensorId === sensorId)?.name[words.language] ?? ruleId} (${ruleId})`}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>{words('rehearsal.level')}</span>
            <select name="level">
              {WARNING_LEVELS.toReversed().map((level) => (
                <option key={level} value={level}>
                  {words(`level.${level}`)}
                </option>
              ))}
            </select>
          </label>
          <Field
            label={words('rehearsal.when')}
            hint={words('rehearsal.whenHint', { zone: overview.timeZone })}
            name="when"
            type="datetime-local"
          />
          <Answerers overview={overview} />
          <button type="submit" class="button">
            {words('rehearsal.show')}
          </button>
        </form>
        {fault.value !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault.value)}
          </p>
        )}
      </section>
      {shown.value !== undefined && <RehearsedCalls rehearsal={shown.value} timeZone={overview.timeZone} />}
      <CalloutReports overview={overview} />
    </main>
  );
}

function Answerers({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  return (
    <fieldset class="answerers">
      <legend>{words('rehearsal.answers')}</legend>
      {overview.contacts.map(({ contactId, name }) => (
        <label key={contactId} class="check">
          <input type="checkbox" name="answers" value={contactId} />
          <span>{name[words.language]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function addressOf(siteId: string, form: FormData): string {
  const texts = (name: string): string[] => form.getAll(name).filter((value) => typeof value === 'string');
  const asked = new URLSearchParams({ rule: texts('rule')[0] ?? '', level: texts('level')[0] ?? '' });
  const [when = ''] = texts('when');
  if (when !== '') asked.set('when', when.slice(0, 16));
  const answers = texts('answers');
  if (answers.length > 0) asked.set('answers', answers.join(','));
  return `/api/sites/${encodeURIComponent(siteId)}/rehearsal?${asked.toString()}`;
}

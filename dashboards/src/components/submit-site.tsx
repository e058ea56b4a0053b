import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { ReviewView, SubmittedView } from '../../../src/contract/proposals.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ApiFault, ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { ReviewTable } from './review-table.tsx';

interface SubmitSiteProps {
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

/** Takes a file of the site, shows what it would change, and sends it when somebody says why. */
export function SubmitSite({ overview, onChange }: SubmitSiteProps): JSX.Element {
  const words = say.value;
  const chosen = useSignal<{ readonly text: string; readonly review: ReviewView } | undefined>(undefined);
  const fault = useSignal<unknown>(undefined);
  const done = useSignal<SubmittedView | undefined>(undefined);
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/config`;

  const look = async (file: File | undefined): Promise<void> => {
    chosen.value = undefined;
    fault.value = undefined;
    done.value = undefined;
    if (file === undefined) return;
    try {
      const text = await file.text();
      const review = await ask(`${path}/review`, ReviewView, { method: 'POST', body: { text } });
      chosen.value = { text, review };
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = error;
    }
  };
  const send = async (reason: string): Promise<void> => {
    const body = { text: chosen.value?.text, reason };
    done.value = await ask(path, SubmittedView, { method: 'POST', body });
    chosen.value = undefined;
  };

  return (
    <section class="panel submit" aria-labelledby="submit-title">
      <h2 id="submit-title">{words('submit.title')}</h2>
      <p class="quiet">{words('submit.explain')}</p>
      {!may('phone/see', overview.siteId) && <p class="quiet">{words('submit.masked')}</p>}
      <div class="submit-do">
        <a class="button button-quiet" href={path} download={`${overview.siteId}.yaml`}>
          {words('submit.export')}
        </a>
        <label class="button">
          <span>{words('submit.file')}</span>
          <input
            type="file"
            accept=".yaml,.yml"
            onChange={(event) =>
              void look(event.currentTarget.files?.[0]).finally(() => ((event.target as HTMLInputElement).value = ''))
            }
          />
        </label>
      </div>
      <Faults error={fault.value} />
      {chosen.value !== undefined && <Chosen review={chosen.value.review} onReason={send} onDone={onChange} />}
      {done.value !== undefined && <Done submitted={done.value} timeZone={overview.timeZone} />}
    </section>
  );
}

function Faults({ error }: { readonly error: unknown }): JSX.Element | null {
  const words = say.value;
  if (error === undefined) return null;
  const faults = error instanceof ApiFault ? error.faults : [];
  return (
    <div class="fault" role="alert">
      {faults.length === 0 ? problemText(words, codeOf(error)) : words('submit.faults', { count: faults.length })}
      <ul>
        {faults.map(({ line, column, path, message }) => (
          <li key={`${String(line)}:${String(column)} ${message}`}>
            {line}:{column} <code>{path}</code> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ChosenProps {
  readonly review: ReviewView;
  readonly onReason: (reason: string) => Promise<void>;
  readonly onDone: () => void;
}

function Chosen({ review, onReason, onDone }: ChosenProps): JSX.Element {
  const words = say.value;
  const { loosening, tightening, neutral } = review;
  if (loosening.length + tightening.length + neutral.length === 0) return <p>{words('submit.nothing')}</p>;
  const what = loosening.length > 0 ? 'submit.waits' : tightening.length > 0 ? 'submit.acts' : 'submit.applies';
  return (
    <>
      <ReviewTable review={review} />
      <p>
        <strong>{words(what)}</strong>{' '}
        {loosening.length > 0 && tightening.length > 0 && <span>{words('submit.split')}</span>}
      </p>
      <ReasonDialog strong action={words('submit.button')} explain={words(what)} onReason={onReason} onDone={onDone} />
    </>
  );
}

function Done({ submitted, timeZone }: { readonly submitted: SubmittedView; readonly timeZone: string }): JSX.Element {
  const words = say.value;
  const { version, proposal } = submitted;
  const until = proposal === null ? '' : moment(proposal.expiresAt, now.value, timeZone, words.language);
  return (
    <p role="status">
      {version === null ? words('submit.proposed', { time: until }) : words('submit.applied', { version })}
    </p>
  );
}

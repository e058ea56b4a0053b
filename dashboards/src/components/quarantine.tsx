import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { QuarantineView } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { sayName } from '../words/say.ts';

interface QuarantineButtonProps {
  readonly count: number;
  readonly timeZone: string;
}

/** How many messages were refused today; opens the list of the newest. */
export function QuarantineButton({ count, timeZone }: QuarantineButtonProps): JSX.Element {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const view = useSignal<QuarantineView | string | undefined>(undefined);

  const open = async (): Promise<void> => {
    view.value = undefined;
    dialog.current?.showModal();
    try {
      view.value = await ask('/api/quarantine', QuarantineView);
    } catch (error) {
      if (!noticeSignedOut(error)) view.value = codeOf(error);
    }
  };

  return (
    <>
      <button type="button" class={`button button-quiet ${count > 0 ? 'has-some' : ''}`} onClick={() => void open()}>
        {words('quarantine.button', { count })}
      </button>
      <dialog ref={dialog} class="dialog dialog-wide" aria-labelledby="quarantine-title">
        <h2 id="quarantine-title">{words('quarantine.title')}</h2>
        <p class="quiet">{words('quarantine.explain')}</p>
        {view.value === undefined && <p>{words('app.loading')}</p>}
        {typeof view.value === 'string' && (
          <p class="fault" role="alert">
            {problemText(words, view.value)}
          </p>
        )}
        {typeof view.value === 'object' && <Refused view={view.value} timeZone={timeZone} />}
        <form method="dialog" class="dialog-buttons">
          <button type="submit" class="button">
            {words('quarantine.close')}
          </button>
        </form>
      </dialog>
    </>
  );
}

function Refused({ view, timeZone }: { readonly view: QuarantineView; readonly timeZone: string }): JSX.Element {
  const words = say.value;
  if (view.newest.length === 0 && view.counts.length === 0) return <p>{words('quarantine.empty')}</p>;
  return (
    <div class="refused" tabIndex={0}>
      <h3>{words('quarantine.counts')}</h3>
      <ul class="refused-counts">
        {view.counts.map(({ reason, count }) => (
          <li key={reason}>
            <strong class="number">{count}</strong> {sayName(words, 'refusal', reason)}
          </li>
        ))}
      </ul>
      {view.dropped > 0 && <p class="quiet">{words('quarantine.dropped', { count: view.dropped })}</p>}
      <h3>{words('quarantine.newest')}</h3>
      <ol class="refused-list">
        {view.newest.map((one) => (
          <li key={one.id}>
            <p>
              <time>{moment(one.receivedAt, now.value, timeZone, words.language)}</time>{' '}
              <strong>{sayName(words, 'refusal', one.reason)}</strong>
            </p>
            <p>{sayName(words, 'refusalWhy', one.reason)}</p>
            <p class="quiet">
              <small class="technical">{words('technical', { detail: one.detail })}</small>
              <br />
              {one.topic}
            </p>
            <pre>{one.payload}</pre>
          </li>
        ))}
      </ol>
    </div>
  );
}

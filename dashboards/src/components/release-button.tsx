import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { CalloutView } from '../../../src/contract/http.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { readOverview } from '../live/site-watch.ts';

/** Releases (闭环) an answered callout with a note, after a second question. */
export function ReleaseButton({ callout }: { readonly callout: CalloutView }): JSX.Element | null {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const note = useSignal('');
  const sending = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const inspection = useSignal('');
  const openOrders = useSignal('');
  if (callout.phase !== 'answered' && callout.phase !== 'responding') return null;
  const asksInspection = callout.runs.some(({ level }) => level === 'orange' || level === 'red');
  const asksWhy = callout.orders.some(({ kind, done }) => kind !== 'respond' && done === null);
  const isWritten = [note, ...(asksInspection ? [inspection] : []), ...(asksWhy ? [openOrders] : [])].every(
    ({ value }) => value.trim() !== '',
  );

  const release = async (event: Event): Promise<void> => {
    event.preventDefault();
    sending.value = true;
    problem.value = undefined;
    try {
      await ask(`/api/callouts/${callout.calloutId}/release`, null, {
        method: 'POST',
        body: {
          note: note.value.trim(),
          ...(asksInspection && { inspection: inspection.value.trim() }),
          ...(asksWhy && { openOrders: openOrders.value.trim() }),
        },
      });
      for (const text of [note, inspection, openOrders]) text.value = '';
      dialog.current?.close();
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    sending.value = false;
    readOverview();
  };

  return (
    <>
      <button type="button" class="button button-strong button-big" onClick={() => dialog.current?.showModal()}>
        {words('release.button')}
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="release-title">
        <form onSubmit={(event) => void release(event)}>
          <h2 id="release-title">{words('release.title')}</h2>
          <p>{words('release.explain')}</p>
          {asksInspection && <Text label={words('release.inspection')} text={inspection} />}
          {asksWhy && <Text label={words('release.openOrders')} text={openOrders} />}
          <Text label={words('release.note')} text={note} />
          <p class="fault" role="alert">
            {problem.value !== undefined && problemText(words, problem.value)}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {words('release.cancel')}
            </button>
            <button type="submit" class="button button-strong" disabled={sending.value || !isWritten}>
              {words('release.confirm')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

function Text({ label, text }: { readonly label: string; readonly text: Signal<string> }): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <textarea
        required
        maxLength={2000}
        rows={3}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

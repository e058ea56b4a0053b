import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { noticeSignedOut } from '../live/session.ts';
import { readOverview } from '../live/site-watch.ts';

interface DeclineProps {
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** Says that the control room, which has answered, cannot: asked once more, for the next person is called at once. */
export function DeclineButton({ callout, overview }: DeclineProps): JSX.Element | null {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const room = overview.contacts.find(({ duty }) => duty === 'control-room')?.contactId;
  const settles = callout.runs.some(({ answered, withdrawn }) => withdrawn === null && answered?.contactId === room);
  if (room === undefined || !settles) return null;

  const decline = async (): Promise<void> => {
    dialog.current?.close();
    await ask(`/api/callouts/${callout.calloutId}/decline`, null, { method: 'POST' }).catch(noticeSignedOut);
    readOverview();
  };

  return (
    <>
      <button type="button" class="button button-quiet" onClick={() => dialog.current?.showModal()}>
        {words('decline.button')}
      </button>
      <dialog ref={dialog} class="dialog" aria-label={words('decline.button')}>
        <p>{words('decline.explain')}</p>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {words('release.cancel')}
          </button>
          <button type="button" class="button button-strong" onClick={() => void decline()}>
            {words('decline.button')}
          </button>
        </div>
      </dialog>
    </>
  );
}

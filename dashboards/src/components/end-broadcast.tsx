import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { BroadcastView } from '../../../src/contract/evacuation.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { Dialog } from './dialog.tsx';

interface EndProps {
  readonly broadcast: BroadcastView;
  readonly onDone: () => void;
}

/** Ends a broadcast with a note; while somebody is not safe, only on the word of who ends it. */
export function EndBroadcastButton({ broadcast, onDone }: EndProps): JSX.Element {
  const words = say.value;
  const opened = useSignal(false);
  const note = useSignal('');
  const knows = useSignal(false);
  const sending = useSignal(false);
  const fault = useSignal<string | undefined>(undefined);
  const { all, safe } = broadcast.counts;
  const missing = all.persons - safe.persons;

  const end = async (event: Event): Promise<void> => {
    event.preventDefault();
    sending.value = true;
    fault.value = undefined;
    try {
      const body = { note: note.value.trim(), unaccounted: knows.value };
      await ask(`/api/broadcasts/${broadcast.broadcastId}/end`, null, { method: 'POST', body });
      opened.value = false;
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    sending.value = false;
    onDone();
  };

  return (
    <div class="no-print">
      <button type="button" class="button button-big" onClick={() => (opened.value = true)}>
        {words('evacuation.end')}
      </button>
      {opened.value && (
        <Dialog title={words('evacuation.end')} onClose={() => (opened.value = false)}>
          <form onSubmit={(event) => void end(event)}>
            <p>{words('evacuation.endExplain', { all: all.persons, safe: safe.persons })}</p>
            {missing > 0 && (
              <label class="evacuation-group">
                <input
                  type="checkbox"
                  checked={knows.value}
                  onChange={(event) => (knows.value = event.currentTarget.checked)}
                />
                <span>{words('evacuation.endUnaccounted', { persons: missing })}</span>
              </label>
            )}
            <label>
              <span>{words('evacuation.endNote')}</span>
              <input
                required
                maxLength={500}
                value={note.value}
                onInput={(event) => (note.value = event.currentTarget.value)}
              />
            </label>
            <p class="fault" role="alert">
              {fault.value !== undefined && problemText(words, fault.value)}
            </p>
            <div class="dialog-buttons">
              <button
                type="submit"
                class="button button-strong"
                disabled={sending.value || note.value.trim() === '' || (missing > 0 && !knows.value)}
              >
                {words('evacuation.end')}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </div>
  );
}

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { MarkRecipient, RecipientView } from '../../../src/contract/evacuation.ts';
import { STANDINGS } from '../../../src/core/evacuation.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { Dialog } from './dialog.tsx';

interface MarkProps {
  readonly broadcastId: string;
  readonly recipient: RecipientView;
  readonly onClose: () => void;
}

/** Says by hand where somebody is, or who goes to his door. */
export function MarkRecipientDialog({ broadcastId, recipient, onClose }: MarkProps): JSX.Element {
  const words = say.value;
  const standing = useSignal<MarkRecipient['standing']>('safe');
  const sending = useSignal(false);
  const fault = useSignal<string | undefined>(undefined);

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [note, goes] = ['note', 'goes'].map((name) => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    });
    const body: MarkRecipient = { standing: standing.value, ...(note && { note }), ...(goes && { goes }) };
    sending.value = true;
    fault.value = undefined;
    try {
      const path = `/api/broadcasts/${broadcastId}/recipients/${String(recipient.number)}/mark`;
      await ask(path, null, { method: 'POST', body });
      onClose();
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    sending.value = false;
  };

  return (
    <Dialog title={words('evacuation.markTitle', { name: recipient.name })} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        <div class="mark-standings" role="group" aria-label={words('field.standing')}>
          {STANDINGS.map((one) => (
            <button
              key={one}
              type="button"
              class={`button ${standing.value === one ? 'button-strong' : ''}`}
              aria-pressed={standing.value === one}
              onClick={() => (standing.value = one)}
            >
              {words(`standing.${one}`)}
            </button>
          ))}
        </div>
        {standing.value === 'door-check' && (
          <label>
            <span>{words('field.goes')}</span>
            <input name="goes" maxLength={80} defaultValue={recipient.marshal?.name ?? ''} autoComplete="off" />
          </label>
        )}
        <label>
          <span>{words('evacuation.markNote')}</span>
          <input name="note" maxLength={200} autoComplete="off" />
        </label>
        <p class="fault" role="alert">
          {fault.value !== undefined && problemText(words, fault.value)}
        </p>
        <div class="dialog-buttons">
          <button type="submit" class="button button-strong" disabled={sending.value}>
            {words('evacuation.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

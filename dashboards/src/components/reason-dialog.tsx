import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';

interface ReasonDialogProps {
  /** On the button that opens it, and on the one that does it. */
  readonly action: string;
  readonly explain: string;
  readonly strong?: boolean;
  /** Does it; what it throws is told. */
  readonly onReason: (reason: string, form: FormData) => Promise<unknown>;
  readonly onDone: () => void;
  /** Asked besides. */
  readonly children?: ComponentChildren;
}

/** A button that asks why before it does something. */
export function ReasonDialog(props: ReasonDialogProps): JSX.Element {
  const { action, explain, strong = false, onReason, onDone, children } = props;
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const reason = useSignal('');
  const sending = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    sending.value = true;
    problem.value = undefined;
    try {
      await onReason(reason.value.trim(), form);
      reason.value = '';
      dialog.current?.close();
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    sending.value = false;
    onDone();
  };

  return (
    <>
      <button
        type="button"
        class={`button ${strong ? 'button-strong' : ''}`}
        onClick={() => dialog.current?.showModal()}
      >
        {action}
      </button>
      <dialog ref={dialog} class="dialog" aria-label={action}>
        <form onSubmit={(event) => void send(event)}>
          <h2>{action}</h2>
          <p>{explain}</p>
          {children}
          <label>
            <span>{words('changes.reason')}</span>
            <input
              required
              maxLength={300}
              value={reason.value}
              onInput={(event) => {
                reason.value = event.currentTarget.value;
              }}
            />
          </label>
          <p class="fault" role="alert">
            {problem.value !== undefined && problemText(words, problem.value)}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {words('changes.cancel')}
            </button>
            <button type="submit" class="button button-strong" disabled={sending.value || reason.value.trim() === ''}>
              {action}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

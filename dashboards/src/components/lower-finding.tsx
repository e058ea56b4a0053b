import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { FindingView } from '../../../src/contract/findings.ts';
import { LEVELS, isGraver } from '../../../src/core/level.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';

interface LowerProps {
  readonly finding: FindingView;
  readonly onChange: () => void;
}

/** Asks for the inspection after which a finding is milder; a second person decides. */
export function LowerFindingDialog({ finding, onChange }: LowerProps): JSX.Element {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const fault = useSignal<string | undefined>(undefined);
  const sending = useSignal(false);

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    sending.value = true;
    fault.value = undefined;
    try {
      const path = `/api/findings/${finding.findingId}/lowerings`;
      await ask(path, null, { method: 'POST', body: bodyOf(form) });
      dialog.current?.close();
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    sending.value = false;
    onChange();
  };

  return (
    <>
      <button type="button" class="button" onClick={() => dialog.current?.showModal()}>
        {words('findings.lower')}
      </button>
      <dialog ref={dialog} class="dialog" aria-label={words('findings.lower')}>
        <form onSubmit={(event) => void send(event)}>
          <h2>{words('findings.lower')}</h2>
          <p>{words('findings.lowerExplain')}</p>
          <label>
            <span>{words('findings.lowerTo')}</span>
            <select name="to">
              {LEVELS.filter((one) => isGraver(finding.level, one)).map((one) => (
                <option key={one} value={one}>
                  {words(one === 'normal' ? 'findings.closed' : `level.${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{words('findings.inspector')}</span>
            <input name="inspectedBy" required maxLength={80} autoComplete="off" />
          </label>
          <label>
            <span>{words('findings.inspectedAt')}</span>
            <input name="inspectedAt" type="datetime-local" required />
          </label>
          <label>
            <span>{words('findings.sawThere')}</span>
            <input name="seen" required maxLength={300} autoComplete="off" />
          </label>
          <p class="fault" role="alert">
            {fault.value !== undefined && problemText(words, fault.value)}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {words('changes.cancel')}
            </button>
            <button type="submit" class="button button-strong" disabled={sending.value}>
              {words('findings.propose')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

function bodyOf(form: FormData): Readonly<Record<string, unknown>> {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  return {
    to: text('to'),
    inspectedBy: text('inspectedBy'),
    // The wall clock of whoever fills it in, who stands beside it.
    inspectedAt: new Date(text('inspectedAt')).getTime(),
    seen: text('seen'),
  };
}

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { ArmingView } from '../../../src/contract/arming.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { knownKey } from '../words/say.ts';

/** Shows what a copy of the database would go on calling for, and lets it call once that was seen. */
export function ArmButton({ timeZone }: { readonly timeZone: string }): JSX.Element {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const found = useSignal<ArmingView | undefined>(undefined);
  const sending = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const told = (error: unknown): void => {
    if (!noticeSignedOut(error)) problem.value = codeOf(error);
  };

  const look = async (): Promise<void> => {
    problem.value = undefined;
    dialog.current?.showModal();
    await ask('/api/arming', ArmingView).then((view) => {
      found.value = view;
    }, told);
  };

  const arm = async (event: Event): Promise<void> => {
    event.preventDefault();
    sending.value = true;
    problem.value = undefined;
    const seen = found.value?.callouts.map(({ calloutId }) => calloutId) ?? [];
    await ask('/api/arming', ArmingView, { method: 'POST', body: { seen } }).then(() => dialog.current?.close(), told);
    sending.value = false;
  };

  const time = (at: number): string => moment(at, now.value, timeZone, words.language);
  return (
    <>
      <button type="button" class="button" onClick={() => void look()}>
        {words('arm.look')}
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="arm-title">
        <form onSubmit={(event) => void arm(event)}>
          <h2 id="arm-title">{words('arm.title')}</h2>
          <p>{words('arm.explain')}</p>
          {found.value?.callouts.length === 0 && <p>{words('arm.none')}</p>}
          <ul class="lines">
            {found.value?.callouts.map(({ calloutId, siteId, level, openedAt, dueAt }) => (
              <li key={calloutId}>
                {words('arm.line', { site: siteId, opened: time(openedAt), due: time(dueAt) })}{' '}
                {words(level === 'normal' ? 'arm.answered' : (knownKey('level', level) ?? 'arm.answered'))}
              </li>
            ))}
          </ul>
          <p class="fault" role="alert">
            {problem.value !== undefined && problemText(words, problem.value)}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {words('changes.cancel')}
            </button>
            <button type="submit" class="button button-strong" disabled={sending.value || found.value === undefined}>
              {words('arm.confirm')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

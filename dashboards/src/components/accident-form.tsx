import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { ACCIDENT_GRADES } from '../../../src/contract/accidents.ts';
import type { AccidentView } from '../../../src/contract/accidents.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';

interface AccidentFormProps {
  /** Where it is sent. */
  readonly path: string;
  /** What is known so far; null: it is declared. */
  readonly known: AccidentView | null;
  readonly onDone: () => void;
}

const HURT = ['dead', 'missing', 'injured', 'trapped'] as const;

/** A button, and behind it what is asked of an accident. Nothing has to be known but what, where and when. */
export function AccidentForm({ path, known, onDone }: AccidentFormProps): JSX.Element {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const hurtKnown = useSignal((known?.casualties ?? null) !== null);
  const problem = useSignal<string | undefined>(undefined);
  const title = words(known === null ? 'accident.declare' : 'accident.amend');

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    problem.value = undefined;
    try {
      await ask(path, null, { method: 'POST', body: bodyOf(form, hurtKnown.value) });
      dialog.current?.close();
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    onDone();
  };

  return (
    <>
      <button
        type="button"
        class={`button ${known === null ? 'button-strong' : ''} no-print`}
        onClick={() => dialog.current?.showModal()}
      >
        {title}
      </button>
      <dialog ref={dialog} class="dialog" aria-label={title}>
        <form onSubmit={(event) => void send(event)}>
          <h2>{title}</h2>
          <label>
            <span>{words('accident.what')}</span>
            <input name="what" required maxLength={500} defaultValue={known?.what ?? ''} />
          </label>
          <label>
            <span>{words('accident.where')}</span>
            <input name="where" required maxLength={200} defaultValue={known?.where ?? ''} />
          </label>
          <label>
            <span>{words('accident.happenedAt')}</span>
            <input
              name="happenedAt"
              type="datetime-local"
              required
              defaultValue={localTime(known?.happenedAt ?? now.value)}
            />
          </label>
          <label>
            <span>{words('accident.grade')}</span>
            <select name="grade" defaultValue={known?.grade ?? 'unknown'}>
              {ACCIDENT_GRADES.map((grade) => (
                <option key={grade} value={grade} selected={grade === (known?.grade ?? 'unknown')}>
                  {words(`accident.grade.${grade}`)}
                </option>
              ))}
            </select>
          </label>
          <label class="tick">
            <input
              type="checkbox"
              checked={hurtKnown.value}
              onChange={({ currentTarget }) => {
                hurtKnown.value = currentTarget.checked;
              }}
            />
            <span>{words('accident.hurtKnown')}</span>
          </label>
          {hurtKnown.value &&
            HURT.map((name) => (
              <label key={name}>
                <span>{words(`field.casualties.${name}`)}</span>
                <input
                  name={name}
                  type="number"
                  min={0}
                  required
                  defaultValue={String(known?.casualties?.[name] ?? 0)}
                />
              </label>
            ))}
          <label>
            <span>{words('accident.measures')}</span>
            <input name="measures" maxLength={500} defaultValue={known?.measures ?? ''} />
          </label>
          <p class="fault" role="alert">
            {problem.value !== undefined && problemText(words, problem.value)}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {words('changes.cancel')}
            </button>
            <button type="submit" class="button button-strong">
              {title}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

function bodyOf(form: FormData, hurtKnown: boolean): object {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  return {
    what: text('what'),
    where: text('where'),
    happenedAt: new Date(text('happenedAt')).getTime(),
    grade: text('grade'),
    casualties: hurtKnown ? Object.fromEntries(HURT.map((name) => [name, Number(text(name))])) : null,
    measures: text('measures'),
  };
}

/** As the browser's own field writes it: the wall time of whoever sits there. */
function localTime(at: number): string {
  const offsetMs = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offsetMs).toISOString().slice(0, 16);
}

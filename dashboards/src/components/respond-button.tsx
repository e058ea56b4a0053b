import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import type { OrderView } from '../../../src/contract/response.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { readOverview } from '../live/site-watch.ts';
import { Field } from './field.tsx';

const KINDS = ['respond', 'patrol', 'stop-work', 'evacuate'] as const satisfies readonly OrderView['kind'][];

interface RespondProps {
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** Says what is done, or orders it; an evacuation is asked twice. */
export function RespondButton({ callout, overview }: RespondProps): JSX.Element {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const kind = useSignal<OrderView['kind']>('respond');
  const isSure = useSignal(false);
  const sending = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const room = overview.contacts.find(({ duty }) => duty === 'control-room');

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    sending.value = true;
    problem.value = undefined;
    try {
      const body = bodyOf(new FormData(form), kind.value);
      await ask(`/api/callouts/${callout.calloutId}/respond`, null, { method: 'POST', body });
      form.reset();
      kind.value = 'respond';
      isSure.value = false;
      dialog.current?.close();
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    sending.value = false;
    readOverview();
  };
  const evacuates = kind.value === 'evacuate';

  return (
    <>
      <button type="button" class="button button-strong" onClick={() => dialog.current?.showModal()}>
        {words('order.give')}
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="respond-title">
        <form onSubmit={(event) => void send(event)}>
          <h2 id="respond-title">{words('order.dialog')}</h2>
          <fieldset class="choices">
            <legend>{words('order.kind')}</legend>
            {KINDS.map((each) => (
              <label key={each} class="tick">
                <input
                  type="radio"
                  name="kind"
                  checked={kind.value === each}
                  onChange={() => {
                    kind.value = each;
                    isSure.value = false;
                  }}
                />
                <span>{words(`order.${each}`)}</span>
              </label>
            ))}
          </fieldset>
          <label>
            <span>{words('order.issuer')}</span>
            <select name="issuer">
              {room === undefined && <option value="" />}
              {overview.contacts.map(({ contactId, name }) => (
                <option key={contactId} value={contactId} selected={contactId === room?.contactId}>
                  {name[words.language]}
                </option>
              ))}
            </select>
            <small class="quiet">{words('order.issuerHint')}</small>
          </label>
          <Field label={words('order.scope')} hint={words('order.scopeHint')} name="scope" maxLength={300} />
          {evacuates && <Field label={words('order.route')} name="route" maxLength={300} />}
          {evacuates && <Field label={words('order.expected')} name="expected" type="number" min={1} />}
          {kind.value !== 'respond' && (
            <Field label={words('order.within')} name="within" type="number" min={1} max={1440} defaultValue={30} />
          )}
          {evacuates && (
            <label class="tick evacuate-sure">
              <input
                type="checkbox"
                checked={isSure.value}
                onChange={({ currentTarget }) => {
                  isSure.value = currentTarget.checked;
                }}
              />
              <span>{words('order.evacuateSure')}</span>
            </label>
          )}
          <p class="fault" role="alert">
            {problem.value !== undefined && problemText(words, problem.value)}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {words('release.cancel')}
            </button>
            <button type="submit" class="button button-strong" disabled={sending.value || (evacuates && !isSure.value)}>
              {words(evacuates ? 'order.sendEvacuate' : 'order.send')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

function bodyOf(form: FormData, kind: OrderView['kind']): Record<string, unknown> {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  return {
    kind,
    scope: text('scope'),
    ...(text('issuer') !== '' && { issuer: text('issuer') }),
    ...(text('route') !== '' && { route: text('route') }),
    ...(text('within') !== '' && { withinMinutes: Number(text('within')) }),
    ...(text('expected') !== '' && { expected: Number(text('expected')) }),
  };
}

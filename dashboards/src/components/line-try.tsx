import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { JSX } from 'preact';
import { TriedView } from '../../../src/contract/lines.ts';
import type { LineView } from '../../../src/contract/lines.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { sayName } from '../words/say.ts';
import { Dialog } from './dialog.tsx';

interface LineTryProps {
  readonly line: LineView;
  readonly siteId: string;
  readonly onClose: () => void;
}

/** What a line would make of a payload or a frame that is pasted. Nothing is stored. */
export function LineTry({ line, siteId, onClose }: LineTryProps): JSX.Element {
  const words = say.value;
  const id = useId();
  const tried = useSignal<TriedView | undefined>(undefined);
  const { sending, fault, submit } = useSubmission();
  const send = async (event: Event): Promise<void> => {
    const typed = typedInto(event);
    tried.value = undefined;
    await submit(async () => {
      tried.value = await ask(`/api/sites/${encodeURIComponent(siteId)}/lines/try`, TriedView, {
        method: 'POST',
        body: { lineName: line.line, [typed('isHex') === '' ? 'payload' : 'hex']: typed('text') },
      });
    });
  };
  return (
    <Dialog title={words('lineTry.title', { line: line.line })} wide onClose={onClose}>
      <form class="line-try" onSubmit={(event) => void send(event)}>
        <p class="quiet">{words('lineTry.explain')}</p>
        <label for={id}>{words('lineTry.text')}</label>
        <textarea id={id} name="text" rows={6} maxLength={16_384} required spellcheck={false} />
        <label class="tick">
          <input type="checkbox" name="isHex" defaultChecked={line.protocol === 'sl651'} />
          <span>{words('lineTry.isHex')}</span>
        </label>
        <p class="fault" role="alert">
          {fault !== undefined && problemText(words, fault.code, fault.field)}
        </p>
        <button type="submit" class="button button-strong" disabled={sending}>
          {words('lineTry.do')}
        </button>
      </form>
      <div role="status">{tried.value !== undefined && <Tried view={tried.value} />}</div>
    </Dialog>
  );
}

function Tried({ view }: { readonly view: TriedView }): JSX.Element {
  const words = say.value;
  return (
    <>
      {view.acquired.length === 0 && <p>{words('lineTry.nothing')}</p>}
      <ul class="line-tried">
        {view.acquired.map((one) => (
          <li key={`${one.sensorCode} ${String(one.observedAt)}`}>
            <strong>{one.sensorCode}</strong> <span class="number">{one.value ?? '—'}</span>{' '}
            {sayName(words, 'lineQuality', one.quality)} {one.why !== undefined && sayName(words, 'flag', one.why)}{' '}
            <time class="quiet">{new Date(one.observedAt).toISOString()}</time> <code>{one.raw}</code>
          </li>
        ))}
      </ul>
      {view.refusals.length > 0 && (
        <>
          <h3>{words('lineTry.refused')}</h3>
          <ul class="line-tried">
            {view.refusals.map((refusal) => (
              <li key={refusal} class="technical">
                {refusal}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

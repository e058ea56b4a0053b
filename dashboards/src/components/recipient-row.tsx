import type { JSX } from 'preact';
import type { RecipientView } from '../../../src/contract/evacuation.ts';
import { say } from '../live/language.ts';
import { sayName } from '../words/say.ts';
import type { Say } from '../words/say.ts';

interface RowProps {
  readonly recipient: RecipientView;
  readonly group: string;
  readonly time: (at: number) => string;
  /** Without it nobody may mark, or it is over. */
  readonly onMark: (() => void) | undefined;
}

/** One person or household: who, where, what was heard, and the way to mark it by hand. */
export function RecipientRow({ recipient, group, time, onMark }: RowProps): JSX.Element {
  const words = say.value;
  const { name, place, persons, personNote, phones, marshal, standing } = recipient;
  return (
    <li class={`recipient recipient-${standing}`}>
      <span class="recipient-who">
        <strong>{name}</strong>
        <span>{words('evacuation.count', { persons })}</span>
        <small class="quiet">{[group, place, personNote].filter((text) => text !== '').join(' · ')}</small>
      </span>
      <span class="recipient-state">
        <strong>{words(`standing.${standing}`)}</strong>
        <small>{lastWord(recipient, time, words)}</small>
        <small class="quiet">{lastCall(recipient, words)}</small>
      </span>
      <span class="recipient-reach">
        <span class="number">{phones.join(' / ')}</span>
        {marshal !== null && (
          <small>
            {words('evacuation.marshal')} {marshal.name} <span class="number">{marshal.phone}</span>
          </small>
        )}
      </span>
      {onMark !== undefined && (
        <button type="button" class="button no-print" onClick={onMark}>
          {words('evacuation.mark')}
        </button>
      )}
    </li>
  );
}

function lastWord({ word }: RecipientView, time: (at: number) => string, words: Say): string {
  if (word === null) return '';
  const { by, medium, at, note, goes } = word;
  const who = by ?? words('evacuation.byPhone', { medium: sayName(words, 'medium', medium) });
  return [time(at), who, goes === null ? '' : `${words('evacuation.goes')}: ${goes}`, note ?? '']
    .filter((text) => text !== '')
    .join(' · ');
}

function lastCall({ call, calls, text }: RecipientView, words: Say): string {
  const what = ({ status, outcome }: { readonly status: string; readonly outcome: string | null }): string =>
    outcome === null ? sayName(words, 'call', status) : sayName(words, 'callOutcome', outcome);
  return [
    call === null ? '' : words('evacuation.calls', { count: calls, what: what(call) }),
    text === null ? '' : words('evacuation.text', { what: what(text) }),
  ]
    .filter((part) => part !== '')
    .join(words('list.separator'));
}

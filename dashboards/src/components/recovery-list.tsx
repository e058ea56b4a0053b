import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { CopyButton } from './copy-button.tsx';

interface RecoveryListProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

/** The recovery codes, which nobody can show again: one goes on only after saying that they are kept. */
export function RecoveryList({ codes, onDone }: RecoveryListProps): JSX.Element {
  const words = say.value;
  const kept = useSignal(false);
  return (
    <div class="form recovery">
      <p role="status">
        <strong>{words('factor.done')}</strong>
      </p>
      <p>{words('recovery.explain')}</p>
      <ul class="recovery-codes">
        {codes.map((code) => (
          <li key={code} class="key">
            {code}
          </li>
        ))}
      </ul>
      <p class="button-row">
        <CopyButton text={codes.join('\n')} />
        <button type="button" class="button" onClick={() => window.print()}>
          {words('recovery.print')}
        </button>
      </p>
      <label class="tick">
        <input
          type="checkbox"
          checked={kept.value}
          onChange={(event) => {
            kept.value = event.currentTarget.checked;
          }}
        />
        <span>{words('recovery.kept')}</span>
      </label>
      <button type="button" class="button button-strong" disabled={!kept.value} onClick={onDone}>
        {words('form.finish')}
      </button>
    </div>
  );
}

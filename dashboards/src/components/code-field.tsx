import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../live/language.ts';
import { Field } from './field.tsx';

interface CodeFieldProps {
  readonly explain: string;
  /** Whether a recovery code does as well. */
  readonly recovery?: boolean;
}

/** Where the code of a second factor is typed, with the keyboard of digits on a telephone; it has the focus. */
export function CodeField({ explain, recovery = true }: CodeFieldProps): JSX.Element {
  const words = say.value;
  const byLetters = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.querySelector('input')?.focus(), [byLetters.value]);
  const kind = byLetters.value ? 'recovery' : 'digits';
  return (
    <div class="code-field" ref={place}>
      <Field
        label={words(`code.${kind}`)}
        hint={byLetters.value ? words('code.recoveryHint') : explain}
        name="code"
        class="code-input"
        required
        maxLength={40}
        inputMode={byLetters.value ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellcheck={false}
      />
      {recovery && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            byLetters.value = !byLetters.value;
          }}
        >
          {words(byLetters.value ? 'code.useDigits' : 'code.useRecovery')}
        </button>
      )}
    </div>
  );
}

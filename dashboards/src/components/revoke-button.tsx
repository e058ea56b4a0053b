import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { useSubmission } from '../live/submission.ts';
import { FaultLine } from './fault-line.tsx';

interface RevokeButtonProps {
  readonly name: string;
  readonly revoke: () => Promise<void>;
  readonly onChange: () => void;
}

/** Shuts something out for good, at the second press. */
export function RevokeButton({ name, revoke, onChange }: RevokeButtonProps): JSX.Element {
  const words = say.value;
  const sure = useSignal(false);
  const { sending, fault, submit } = useSubmission();
  const press = async (): Promise<void> => {
    if (!sure.value) {
      sure.value = true;
      return;
    }
    await submit(revoke);
    sure.value = false;
    onChange();
  };
  return (
    <div class="line-do">
      <button
        type="button"
        class={`button ${sure.value ? 'button-strong' : ''}`}
        disabled={sending}
        aria-label={words(sure.value ? 'revoke.sureWhat' : 'revoke.what', { name })}
        onBlur={() => {
          sure.value = false;
        }}
        onClick={() => void press()}
      >
        {words(sure.value ? 'revoke.sure' : 'revoke.do')}
      </button>
      <FaultLine fault={fault} />
    </div>
  );
}

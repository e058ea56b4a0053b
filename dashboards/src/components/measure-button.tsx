import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { MeasuredView } from '../../../src/contract/lines.ts';
import { problemText } from '../format/problem.ts';
import { INSTRUMENT_PATIENCE_MS, ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { useSubmission } from '../live/submission.ts';

interface MeasureButtonProps {
  readonly sensorId: number;
  readonly name: string;
  /** Called when it has measured. */
  readonly onDone: () => void;
}

/** Has an instrument measure now, and says what came of it. */
export function MeasureButton({ sensorId, name, onDone }: MeasureButtonProps): JSX.Element {
  const words = say.value;
  const done = useSignal(false);
  const { sending, fault, submit } = useSubmission();
  const measure = async (): Promise<void> => {
    done.value = false;
    done.value = await submit(async () => {
      await ask(`/api/sensors/${String(sensorId)}/measure`, MeasuredView, {
        method: 'POST',
        patienceMs: INSTRUMENT_PATIENCE_MS,
      });
    });
    if (done.value) onDone();
  };
  return (
    <span class="measure">
      <span role="status">{done.value && words('measure.done')}</span>
      <span role="alert">{fault !== undefined && problemText(words, fault.code)}</span>
      <button
        type="button"
        class="button"
        disabled={sending}
        aria-label={`${words('measure.button')} ${name}`}
        onClick={() => void measure()}
      >
        {words(sending ? 'measure.running' : 'measure.button')}
      </button>
    </span>
  );
}

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';

interface EndMaintenanceProps {
  readonly maintenanceId: string;
  readonly onChange: () => void;
}

/** Ends work on a point now instead of at its time. */
export function EndMaintenance({ maintenanceId, onChange }: EndMaintenanceProps): JSX.Element {
  const words = say.value;
  const sending = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const end = async (): Promise<void> => {
    sending.value = true;
    problem.value = undefined;
    try {
      await ask(`/api/maintenance/${encodeURIComponent(maintenanceId)}/end`, null, { method: 'POST' });
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    sending.value = false;
    onChange();
  };
  return (
    <div class="point-do">
      <button type="button" class="button" disabled={sending.value} onClick={() => void end()}>
        {words('work.end')}
      </button>
      <p class="fault" role="alert">
        {problem.value !== undefined && problemText(words, problem.value)}
      </p>
    </div>
  );
}

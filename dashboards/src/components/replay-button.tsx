import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { ReplayView } from '../../../src/contract/http.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';

interface ReplayButtonProps {
  readonly siteId: string;
  /** Called when it is done. */
  readonly onDone: () => void;
}

const ASK_AGAIN_MS = 1000;

/** Has the refused messages read again with the present configuration, and says what came of it. */
export function ReplayButton({ siteId, onDone }: ReplayButtonProps): JSX.Element {
  const words = say.value;
  const replay = useSignal<ReplayView | undefined>(undefined);
  const asking = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const running = asking.value || (replay.value !== undefined && replay.value.doneAt === null);

  const take = async (path: string, method: 'GET' | 'POST'): Promise<void> => {
    asking.value = true;
    problem.value = undefined;
    try {
      replay.value = await ask(path, ReplayView, { method });
      if (replay.value.doneAt !== null) onDone();
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
      replay.value = undefined;
    }
    asking.value = false;
  };

  useEffect(() => {
    const { value } = replay;
    if (value === undefined || value.doneAt !== null) return undefined;
    const timer = setTimeout(() => void take(`/api/quarantine/replays/${String(value.replayId)}`, 'GET'), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [replay.value]);

  return (
    <div class="replay">
      <button
        type="button"
        class="button"
        disabled={running}
        onClick={() => void take(`/api/sites/${encodeURIComponent(siteId)}/quarantine/replay`, 'POST')}
      >
        {words(running ? 'replay.running' : 'replay.button')}
      </button>
      <p role="status">
        {replay.value?.doneAt !== undefined &&
          replay.value.doneAt !== null &&
          words('replay.done', { stored: replay.value.stored ?? 0, refused: replay.value.refused ?? 0 })}
      </p>
      <p class="fault" role="alert">
        {problem.value !== undefined && problemText(words, problem.value)}
      </p>
    </div>
  );
}

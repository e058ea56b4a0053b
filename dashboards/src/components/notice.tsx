import type { JSX } from 'preact';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';

interface NoticeProps {
  readonly text: string;
  /** Code of what went wrong. */
  readonly code?: string;
  readonly onRetry?: () => void;
}

/** One sentence in the middle of an otherwise empty page. */
export function Notice({ text, code, onRetry }: NoticeProps): JSX.Element {
  const words = say.value;
  return (
    <main class="notice">
      <p role="status">{text}</p>
      {code !== undefined && <p class="quiet">{problemText(words, code)}</p>}
      {onRetry !== undefined && (
        <button type="button" class="button" onClick={onRetry}>
          {words('app.retry')}
        </button>
      )}
    </main>
  );
}

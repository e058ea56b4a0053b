import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { CalloutView } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now, readOverview } from '../live/site-watch.ts';
import { screenAnswer } from '../state/callout.ts';

interface AnswerButtonProps {
  readonly callout: CalloutView;
  readonly timeZone: string;
}

/** Answers from this screen, and says beforehand what that does and what it cannot do. */
export function AnswerButton({ callout, timeZone }: AnswerButtonProps): JSX.Element | null {
  const words = say.value;
  const sending = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const what = screenAnswer(callout);
  if (what === undefined) return null;

  const answer = async (): Promise<void> => {
    sending.value = true;
    problem.value = undefined;
    try {
      await ask(`/api/callouts/${callout.calloutId}/answer`, null, { method: 'POST' });
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    sending.value = false;
    readOverview();
  };
  const levels = (list: readonly (typeof what.settles)[number][]): string =>
    list.map((level) => words(`level.${level}`)).join(words('list.separator'));

  return (
    <div class="answer">
      {what.answeredAt === null || what.settles.length > 0 ? (
        <button
          type="button"
          class="button button-strong button-big"
          disabled={sending.value}
          onClick={() => void answer()}
        >
          {words(sending.value ? 'answer.sending' : 'answer.button')}
        </button>
      ) : (
        <p class="answer-recorded">
          {words('answer.recorded', { time: moment(what.answeredAt, now.value, timeZone, words.language) })}
        </p>
      )}
      <div class="answer-says">
        {what.settles.length > 0 && <p>{words('answer.settles', { levels: levels(what.settles) })}</p>}
        {what.leaves.length > 0 && (
          <p class="answer-honest">
            {words(what.leaves.length === 1 ? 'answer.doesNotSettle' : 'answer.doesNotSettleMany', {
              levels: levels(what.leaves.map(({ level }) => level)),
              duties: what.leaves
                .map(({ duties }) => duties.map((duty) => words(`duty.${duty}`)).join(words('callout.or')))
                .join(),
            })}
          </p>
        )}
      </div>
      <p class="fault" role="alert">
        {problem.value !== undefined && problemText(words, problem.value)}
      </p>
    </div>
  );
}

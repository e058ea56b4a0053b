import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { LinkView } from '../../../src/contract/answer-link.ts';
import { monthAndDay, timeOfDay } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf } from '../live/session.ts';
import { AnswerMenu } from './answer-menu.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { LevelBadge } from './level-badge.tsx';
import { Notice } from './notice.tsx';

const send = (path: 'open' | 'answer' | 'say', body: object): Promise<LinkView> =>
  ask(`/api/answer-link/${path}`, LinkView, { method: 'POST', body });

/** What the link in a text message opens: who is asked for what, and the one button that answers. Opening it answers nothing. */
export function AnswerPage({ token }: { readonly token: string }): JSX.Element {
  const words = say.value;
  const view = useSignal<LinkView | null>(null);
  const fault = useSignal<string | undefined>(undefined);
  const sending = useSignal(false);

  const go = async (path: 'open' | 'answer' | 'say', more: object = {}): Promise<void> => {
    sending.value = true;
    try {
      view.value = await send(path, { token, ...more });
      fault.value = undefined;
    } catch (error) {
      fault.value = codeOf(error);
    }
    sending.value = false;
  };
  useSignalEffect(() => void go('open'));

  const shown = view.value;
  if (shown === null) {
    if (fault.value === undefined) return <Notice text={words('app.loading')} />;
    return <Notice text={words('answerLink.cannot')} code={fault.value} onRetry={() => void go('open')} />;
  }
  const { site, timeZone, person, level, sentAt, text, state } = shown;
  const sent = `${monthAndDay(sentAt, timeZone, words.language)} ${timeOfDay(sentAt, timeZone, words.language)}`;
  return (
    <main class="answer-link">
      <h1>{site[words.language]}</h1>
      <p class="answer-level">
        <LevelBadge level={level} long />
      </p>
      <p class="answer-text">{text[words.language]}</p>
      <p class="quiet">{words('answerLink.sent', { time: sent, person: person[words.language] })}</p>
      {fault.value !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, fault.value)} {words('answerLink.otherwise')}
        </p>
      )}
      {state === 'open' ? (
        <>
          <button
            type="button"
            class="button button-strong answer-press"
            disabled={sending.value}
            onClick={() => void go('answer')}
          >
            {words('answerLink.press', { person: person[words.language] })}
          </button>
          <p class="quiet">{words('answerLink.explain')}</p>
        </>
      ) : (
        <p class="answer-done" role="status">
          {words(`answerLink.${state}`, { level: words(`levelLong.${level}`) })}
        </p>
      )}
      <AnswerMenu view={shown} disabled={sending.value} onSay={(what) => void go('say', { what })} />
      <LanguageSwitch />
    </main>
  );
}

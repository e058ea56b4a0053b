import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { SAID } from '../../../src/contract/answer-link.ts';
import type { LinkView } from '../../../src/contract/answer-link.ts';
import { say } from '../live/language.ts';

interface AnswerMenuProps {
  readonly view: LinkView;
  readonly disabled: boolean;
  readonly onSay: (what: (typeof SAID)[number]) => void;
}

/** What somebody may say after his answer by link, as the keys of a call; an evacuation is pressed twice. */
export function AnswerMenu({ view: { said, isAsked }, disabled, onSay }: AnswerMenuProps): JSX.Element {
  const words = say.value;
  const evacuates = useSignal(false);
  return (
    <div class="answer-menu">
      {said.length > 0 && (
        <p role="status">
          {words('link.said', { said: said.map((what) => words(`link.${what}`)).join(words('list.separator')) })}
        </p>
      )}
      {isAsked && <p>{words('link.next')}</p>}
      {isAsked &&
        SAID.map((what) => (
          <button
            key={what}
            type="button"
            class={`button ${what === 'evacuate' && evacuates.value ? 'button-strong' : ''}`}
            disabled={disabled || said.includes(what)}
            onClick={() => {
              const isSure = what !== 'evacuate' || evacuates.value;
              evacuates.value = what === 'evacuate' && !isSure;
              if (isSure) onSay(what);
            }}
          >
            {words(what === 'evacuate' && evacuates.value ? 'link.evacuateSure' : `link.${what}`)}
          </button>
        ))}
    </div>
  );
}

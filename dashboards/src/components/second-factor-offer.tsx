import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { justChosen } from '../live/setup.ts';
import { Front } from './front.tsx';
import { SetUpSecondFactor } from './set-up-second-factor.tsx';

const onward = (): void => {
  justChosen.value = null;
};

/** The wizard's second step: the second factor now, or later from the account's own page. */
export function SecondFactorOffer({ password }: { readonly password: string }): JSX.Element {
  const words = say.value;
  const now = useSignal(false);
  return (
    <Front title={words('setup.factorTitle')} wide={now.value}>
      <p class="steps">{words('setup.step', { n: 2 })}</p>
      {now.value ? (
        <SetUpSecondFactor password={password} onDone={onward} />
      ) : (
        <>
          <p>{words('setup.factorExplain')}</p>
          <button
            type="button"
            class="button button-strong"
            onClick={() => {
              now.value = true;
            }}
          >
            {words('setup.factorNow')}
          </button>
        </>
      )}
      <button type="button" class="button button-quiet" onClick={onward}>
        {words('setup.factorLater')}
      </button>
    </Front>
  );
}

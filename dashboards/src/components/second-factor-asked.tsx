import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SessionView } from '../../../src/contract/session.ts';
import { say } from '../live/language.ts';
import { Front } from './front.tsx';
import { ProveSecondFactor } from './prove-second-factor.tsx';

const putOff = signal(false);

/** Whether to ask who comes from the OpenID provider for our second factor before anything else. */
export const asksSecondFactor = ({ secondFactor, secondFactorSetUp, waitingRoles }: SessionView): boolean =>
  secondFactorSetUp && !secondFactor && waitingRoles.length > 0 && !putOff.value;

/** The code before the screen. Whoever has no telephone at hand goes on without the roles that need it: a red must be seen. */
export function SecondFactorAsked(): JSX.Element {
  const words = say.value;
  return (
    <Front title={words('factor.title')}>
      <ProveSecondFactor />
      <button
        type="button"
        class="button button-quiet"
        onClick={() => {
          putOff.value = true;
        }}
      >
        {words('setup.factorLater')}
      </button>
    </Front>
  );
}

import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { forgetKiosk } from '../live/session.ts';
import { LanguageSwitch } from './language-switch.tsx';

/** A screen on a wall that is not let in any more says so, large: nobody must take it for a quiet site. */
export function Revoked(): JSX.Element {
  const words = say.value;
  return (
    <main class="notice revoked">
      <h1>{words('kiosk.revoked')}</h1>
      <p role="alert">{words('kiosk.revokedDetail')}</p>
      <p class="button-row">
        <button type="button" class="button" onClick={forgetKiosk}>
          {words('kiosk.signIn')}
        </button>
        <LanguageSwitch />
      </p>
    </main>
  );
}

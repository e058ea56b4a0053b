import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { session, signOut } from '../live/session.ts';
import { hrefOf, view } from '../live/view.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { SoundSwitch } from './sound-switch.tsx';

/** Sound, language, the own account, and the way out. A screen on a wall has no account and never signs out. */
export function AccountTools(): JSX.Element {
  const words = say.value;
  const who = session.value;
  const waits = (who?.waitingRoles.length ?? 0) > 0;
  return (
    <>
      <SoundSwitch />
      <LanguageSwitch />
      {who?.kind === 'person' && (
        <>
          <a
            class={`button button-quiet own-account ${waits ? 'has-some' : ''}`}
            href={hrefOf('account')}
            aria-current={view.value === 'account' ? 'page' : undefined}
            title={words('account.open')}
          >
            <span>{who.name}</span>
            {waits && <span class="view-count">{words('account.waits')}</span>}
          </a>
          <button type="button" class="button button-quiet" onClick={() => void signOut()}>
            {words('signOut')}
          </button>
        </>
      )}
    </>
  );
}

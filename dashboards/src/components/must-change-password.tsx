import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { session, signOut } from '../live/session.ts';
import { ChangePassword } from './change-password.tsx';
import { Front } from './front.tsx';

/** Whoever was given a password chooses one that nobody else knows, before anything else. */
export function MustChangePassword(): JSX.Element {
  const words = say.value;
  return (
    <Front title={words('password.mustTitle')}>
      <p>{words('password.mustExplain', { name: session.value?.name ?? '' })}</p>
      <ChangePassword />
      <button type="button" class="button button-quiet" onClick={() => void signOut()}>
        {words('signOut')}
      </button>
    </Front>
  );
}

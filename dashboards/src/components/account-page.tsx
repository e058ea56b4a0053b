import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SessionView } from '../../../src/contract/session.ts';
import { say } from '../live/language.ts';
import { sites } from '../live/sites.ts';
import { siteName } from '../format/site-name.ts';
import { ChangePassword } from './change-password.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { ProveSecondFactor } from './prove-second-factor.tsx';
import { RemoveSecondFactor } from './remove-second-factor.tsx';
import { SetUpSecondFactor } from './set-up-second-factor.tsx';

interface AccountPageProps {
  readonly session: SessionView;
  readonly timeZone: string | undefined;
}

/** The page 账号: who I am, what I may, and what opens the door for me. */
export function AccountPage({ session, timeZone }: AccountPageProps): JSX.Element {
  const words = say.value;
  return (
    <main class="page-account">
      <section class="panel who" aria-labelledby="who-title">
        <h2 id="who-title">{session.name}</h2>
        <Roles session={session} />
        <Waiting session={session} />
      </section>
      <section class="panel" aria-labelledby="factor-title" id="second-factor">
        <h2 id="factor-title">{words('factor.title')}</h2>
        <SecondFactor session={session} />
      </section>
      <section class="panel" aria-labelledby="password-title">
        <h2 id="password-title">{words('password.title')}</h2>
        <ChangePassword />
      </section>
      <OwnSessions timeZone={timeZone} />
    </main>
  );
}

function Roles({ session }: { readonly session: SessionView }): JSX.Element {
  const words = say.value;
  const list = sites.value !== null && 'map' in sites.value ? sites.value : [];
  if (session.grants.length === 0) return <p class="quiet">{words('who.noRole')}</p>;
  return (
    <ul class="roles">
      {session.grants.map(({ role, siteId }) => (
        <li key={`${role} ${siteId ?? ''}`} class={session.waitingRoles.includes(role) ? 'role-waits' : ''}>
          <strong>{words(`role.${role}`)}</strong>
          <span>{siteName(words, siteId, list)}</span>
          {session.waitingRoles.includes(role) && <span class="tag">{words('who.waits')}</span>}
          <small class="quiet">{words(`roleWhat.${role}`)}</small>
        </li>
      ))}
    </ul>
  );
}

/** The call to set the second factor up, for whom roles wait. */
function Waiting({ session }: { readonly session: SessionView }): JSX.Element | null {
  const words = say.value;
  if (session.waitingRoles.length === 0) return null;
  const roles = session.waitingRoles.map((role) => words(`role.${role}`)).join(words('list.separator'));
  return <p class="waiting">{words(session.secondFactorSetUp ? 'who.waitingSignIn' : 'who.waiting', { roles })}</p>;
}

function SecondFactor({ session }: { readonly session: SessionView }): JSX.Element {
  const words = say.value;
  const opened = useSignal(false);
  // Until the recovery codes are put away the form stays, though the second factor is set up already.
  if (opened.value)
    return (
      <SetUpSecondFactor
        onDone={() => {
          opened.value = false;
        }}
      />
    );
  if (session.secondFactorSetUp)
    return (
      <div class="form">
        <p>{words('factor.isSetUp')}</p>
        {!session.secondFactor && <ProveSecondFactor />}
        <RemoveSecondFactor />
      </div>
    );
  return (
    <div class="form">
      <p>{words('factor.explain')}</p>
      <button
        type="button"
        class={`button ${session.waitingRoles.length > 0 ? 'button-strong' : ''}`}
        onClick={() => {
          opened.value = true;
        }}
      >
        {words('factor.setUp')}
      </button>
    </div>
  );
}

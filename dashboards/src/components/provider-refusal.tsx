import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { providerRefusal, strangersIdentity } from '../live/sign-in-ways.ts';
import { FaultLine } from './fault-line.tsx';

/** How signing in at the OpenID provider ended the last time, and whom to tell an administrator of. */
export function ProviderRefusal(): JSX.Element | null {
  const words = say.value;
  const code = providerRefusal.value;
  const identity = strangersIdentity.value;
  if (code === undefined) return null;
  return (
    <>
      <FaultLine fault={{ code }} />
      {identity !== undefined && (
        <div class="front-box identity">
          {words('openid.tell')} <code>{identity}</code>
        </div>
      )}
    </>
  );
}

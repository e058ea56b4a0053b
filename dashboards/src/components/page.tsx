import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { account, askSession } from '../live/session.ts';
import { readSites, sites } from '../live/sites.ts';
import { overviewFault, readOverview, shown } from '../live/site-watch.ts';
import { ControlRoom } from './control-room.tsx';
import { Notice } from './notice.tsx';
import { SignIn } from './sign-in.tsx';

/** The whole page: who is there, which site, and then its screen. */
export function Page(): JSX.Element {
  const who = account.value;
  const words = say.value;
  switch (who.phase) {
    case 'asking':
      return <Notice text={words('app.loading')} />;
    case 'failed':
      return <Notice text={words('app.cannotLoad')} code={who.code} onRetry={() => void askSession()} />;
    case 'out':
      return <SignIn ended={who.ended} />;
    case 'in':
      return <SignedIn />;
  }
}

function SignedIn(): JSX.Element {
  const list = sites.value;
  const words = say.value;
  if (list === null) return <Notice text={words('app.loading')} />;
  if ('code' in list)
    return <Notice text={words('app.cannotLoad')} code={list.code} onRetry={() => void readSites()} />;
  if (list.length === 0) return <Notice text={words('app.noSite')} onRetry={() => void readSites()} />;
  const site = shown.value;
  if (site !== null) return <ControlRoom overview={site.overview} />;
  if (overviewFault.value === null) return <Notice text={words('app.loading')} />;
  return <Notice text={words('app.cannotLoad')} code={overviewFault.value} onRetry={readOverview} />;
}

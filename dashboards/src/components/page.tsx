import type { JSX } from 'preact';
import type { SessionView } from '../../../src/contract/session.ts';
import { say } from '../live/language.ts';
import { setupCode } from '../live/link.ts';
import { account } from '../live/session.ts';
import { justChosen } from '../live/setup.ts';
import { readSites, sites } from '../live/sites.ts';
import { overviewFault, readOverview, shown } from '../live/site-watch.ts';
import { view } from '../live/view.ts';
import { AccountPage } from './account-page.tsx';
import { ControlRoom } from './control-room.tsx';
import { MustChangePassword } from './must-change-password.tsx';
import { Notice } from './notice.tsx';
import { PeoplePage } from './people-page.tsx';
import { Revoked } from './revoked.tsx';
import { SecondFactorAsked, asksSecondFactor } from './second-factor-asked.tsx';
import { ScreensPage } from './screens-page.tsx';
import { SecondFactorOffer } from './second-factor-offer.tsx';
import { SignIn } from './sign-in.tsx';
import { WithoutSite } from './without-site.tsx';
import { Wizard } from './wizard.tsx';

/** The whole page: who is there, which site, and then its screen. */
export function Page(): JSX.Element {
  const who = account.value;
  const words = say.value;
  if (setupCode.value !== null) return <Wizard code={setupCode.value} />;
  switch (who.phase) {
    case 'asking':
      return <Notice text={words('app.loading')} />;
    case 'failed':
      return <Notice text={words('app.cannotLoad')} code={who.code} onRetry={who.again} />;
    case 'out':
      return <SignIn ended={who.ended} />;
    case 'revoked':
      return <Revoked />;
    case 'in':
      return <SignedIn session={who.session} />;
  }
}

function SignedIn({ session }: { readonly session: SessionView }): JSX.Element {
  if (session.mustChangePassword) return <MustChangePassword />;
  if (justChosen.value !== null) return <SecondFactorOffer password={justChosen.value} />;
  if (asksSecondFactor(session)) return <SecondFactorAsked />;
  const site = shown.value;
  if (site !== null) return <ControlRoom overview={site.overview} />;
  if (session.kind !== 'person') return <Blank session={session} />;
  return (
    <WithoutSite>
      <OwnPage session={session} />
    </WithoutSite>
  );
}

/** What is there without a site. */
function OwnPage({ session }: { readonly session: SessionView }): JSX.Element {
  switch (view.value) {
    case 'account':
      return <AccountPage session={session} timeZone={undefined} />;
    case 'people':
      return <PeoplePage timeZone={undefined} />;
    case 'screens':
      return <ScreensPage timeZone={undefined} />;
    default:
      return <Blank session={session} />;
  }
}

/** Why there is no site on screen. */
function Blank({ session }: { readonly session: SessionView }): JSX.Element {
  const list = sites.value;
  const words = say.value;
  if (session.permissions['site/see'] === undefined)
    return <Notice text={words(session.waitingRoles.length > 0 ? 'app.siteWaits' : 'app.noRole')} />;
  if (list === null) return <Notice text={words('app.loading')} />;
  if ('code' in list)
    return <Notice text={words('app.cannotLoad')} code={list.code} onRetry={() => void readSites()} />;
  if (list.length === 0) return <Notice text={words('app.noSite')} onRetry={() => void readSites()} />;
  if (overviewFault.value === null) return <Notice text={words('app.loading')} />;
  return <Notice text={words('app.cannotLoad')} code={overviewFault.value} onRetry={readOverview} />;
}

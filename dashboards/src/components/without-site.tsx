import type { ComponentChildren, JSX } from 'preact';
import { say } from '../live/language.ts';
import { maySomewhere } from '../live/permission.ts';
import { AccountTools } from './account-tools.tsx';
import { hrefOf, view } from '../live/view.ts';

interface WithoutSiteProps {
  readonly children: ComponentChildren;
}

/** What is there without a site on screen: who is signed in, and the pages that need none. */
export function WithoutSite({ children }: WithoutSiteProps): JSX.Element {
  const words = say.value;
  return (
    <div class="room">
      <header class="mast">
        <div class="mast-site">
          <h1>{words('app.name')}</h1>
        </div>
        <nav class="mast-tools">
          {view.value !== 'room' && (
            <a class="button button-quiet" href={hrefOf('room')}>
              {words('view.room')}
            </a>
          )}
          {maySomewhere('people/manage') && view.value === 'room' && (
            <a class="button button-quiet" href={hrefOf('people')}>
              {words('view.people')}
            </a>
          )}
          <AccountTools />
        </nav>
      </header>
      {children}
    </div>
  );
}

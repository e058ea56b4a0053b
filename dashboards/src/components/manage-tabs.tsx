import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { maySomewhere } from '../live/permission.ts';
import { hrefOf, view } from '../live/view.ts';

/** The two pages of an administrator: people, and what opens a door without a person. */
export function ManageTabs(): JSX.Element {
  const words = say.value;
  return (
    <nav class="views manage-tabs" aria-label={words('view.people')}>
      {(['people', 'screens'] as const)
        .filter((one) => maySomewhere(one === 'people' ? 'people/manage' : 'credential/manage'))
        .map((one) => (
          <a
            key={one}
            class="button button-quiet"
            href={hrefOf(one)}
            aria-current={view.value === one ? 'page' : undefined}
          >
            {words(`view.${one}`)}
          </a>
        ))}
    </nav>
  );
}

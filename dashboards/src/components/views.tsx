import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { say } from '../live/language.ts';
import { GROUP_NAMES, groupOf, hrefOf, view, viewsOf } from '../live/view.ts';
import type { View } from '../live/view.ts';

interface ViewsProps {
  readonly overview: SiteOverview;
}

/** Ways to the other pages, by what one comes for. What is refused, and that people are being called, is said on every one. */
export function ViewGroups({ overview }: ViewsProps): JSX.Element {
  const words = say.value;
  const here = groupOf(view.value);
  return (
    <nav class="views" aria-label={words('view.label')}>
      {GROUP_NAMES.map((group) => {
        const [first = 'room'] = viewsOf(group);
        return (
          <a
            key={group}
            class={`button button-quiet ${isMarked(group === 'measuring', overview) ? 'has-some' : ''}`}
            href={hrefOf(first)}
            aria-current={group === here ? 'true' : undefined}
          >
            {words(`viewGroup.${group}`)}
            {group !== here && viewsOf(group).map((one) => <Count key={one} of={one} overview={overview} />)}
          </a>
        );
      })}
    </nav>
  );
}

/** The pages of the group on screen; nothing where it has but one. */
export function GroupViews({ overview }: ViewsProps): JSX.Element | null {
  const words = say.value;
  const here = groupOf(view.value);
  const pages = here === undefined ? [] : viewsOf(here);
  if (here === undefined || pages.length < 2) return null;
  return (
    <nav class="group-views" aria-label={words(`viewGroup.${here}`)}>
      {pages.map((one) => (
        <a
          key={one}
          class={isMarked(one === 'sources', overview) ? 'has-some' : ''}
          href={hrefOf(one)}
          aria-current={view.value === one || (one === 'people' && view.value === 'screens') ? 'page' : undefined}
        >
          {words(`view.${one}`)}
          {view.value !== one && <Count of={one} overview={overview} />}
        </a>
      ))}
    </nav>
  );
}

const isMarked = (isOfSources: boolean, { quarantined }: SiteOverview): boolean => isOfSources && quarantined > 0;

/** What a page has that must not be missed. */
function Count({ of, overview: { quarantined, callout } }: ViewsProps & { readonly of: View }): JSX.Element | null {
  const words = say.value;
  if (of === 'sources' && quarantined > 0)
    return <span class="view-count">{words('quarantine.button', { count: quarantined })}</span>;
  if (of === 'room' && callout?.phase === 'calling') return <span class="view-count">{words('view.calling')}</span>;
  return null;
}

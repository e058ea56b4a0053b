import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { fullDate, timeOfDay } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { maySomewhere } from '../live/permission.ts';
import { session } from '../live/session.ts';
import { currentSite, showSite, sites } from '../live/sites.ts';
import { heard, now, watch } from '../live/site-watch.ts';
import { SITE_VIEWS, hrefOf, view } from '../live/view.ts';
import { siteStanding } from '../state/standing.ts';
import { sayName } from '../words/say.ts';
import { AccountTools } from './account-tools.tsx';
import { SiteLevel } from './site-level.tsx';

/** Head of the screen: which site, how bad, what time, and whether the line is up. */
export function Mast({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { facility } = overview;
  return (
    <header class="mast">
      <div class="mast-site">
        <SiteName overview={overview} />
        <p class="mast-facts">
          <span>{sayName(words, 'class', facility.class)}</span>
          <span>{sayName(words, 'construction', facility.construction)}</span>
          <span>{sayName(words, 'storage', facility.storage)}</span>
          {facility.peopleBelow && <strong class="people-below">{words('peopleBelow')}</strong>}
        </p>
      </div>
      <SiteLevel standing={siteStanding(overview, { now: now.value, heard: heard.value })} />
      <div class="mast-clock" role="group" aria-label={words('header.serverTime')}>
        <time class="clock">{timeOfDay(now.value, overview.timeZone, words.language)}</time>
        <span class="mast-date">
          <span>{fullDate(now.value, overview.timeZone, words.language)}</span>
          <LinkState />
        </span>
      </div>
      <nav class="mast-tools">
        {session.value?.kind === 'person' && <Views overview={overview} />}
        <AccountTools />
      </nav>
    </header>
  );
}

/** Ways to the other pages. What is refused, and that people are being called, is said on every one. */
function Views({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { quarantined, callout } = overview;
  return (
    <span class="views" role="group" aria-label={words('view.label')}>
      {[...SITE_VIEWS, ...(maySomewhere('people/manage') ? (['people'] as const) : [])].map((one) => (
        <a
          key={one}
          class={`button button-quiet ${one === 'sources' && quarantined > 0 ? 'has-some' : ''}`}
          href={hrefOf(one)}
          aria-current={view.value === one || (one === 'people' && view.value === 'screens') ? 'page' : undefined}
        >
          {words(`view.${one}`)}
          {one === 'sources' && quarantined > 0 && (
            <span class="view-count">{words('quarantine.button', { count: quarantined })}</span>
          )}
          {one === 'room' && view.value !== 'room' && callout?.phase === 'calling' && (
            <span class="view-count">{words('view.calling')}</span>
          )}
        </a>
      ))}
    </span>
  );
}

function SiteName({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const list = sites.value;
  if (list === null || 'code' in list || list.length < 2) return <h1>{overview.name[words.language]}</h1>;
  return (
    <h1>
      <select
        aria-label={words('header.site')}
        value={currentSite.value ?? ''}
        onChange={(event) => showSite(event.currentTarget.value)}
      >
        {list.map((site) => (
          <option key={site.siteId} value={site.siteId}>
            {site.name[words.language]}
          </option>
        ))}
      </select>
    </h1>
  );
}

function LinkState(): JSX.Element {
  const { phase } = watch.value.link;
  return <span class={`link link-${phase}`}>{say.value(`link.${phase}`)}</span>;
}

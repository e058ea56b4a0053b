import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { fullDate, timeOfDay } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { session } from '../live/session.ts';
import { currentSite, showSite, sites } from '../live/sites.ts';
import { heard, now, watch } from '../live/site-watch.ts';
import { siteStanding } from '../state/standing.ts';
import { sayName } from '../words/say.ts';
import { AccountTools } from './account-tools.tsx';
import { SiteLevel } from './site-level.tsx';
import { GroupViews, ViewGroups } from './views.tsx';

/** Head of the screen: which site, how bad, what time, and whether the line is up. */
export function Mast({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { facility } = overview;
  const tools = (
    <div class="mast-tools">
      <AccountTools />
    </div>
  );
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
      {session.value?.kind === 'person' ? (
        <div class="mast-bar">
          <div class="mast-pages">
            <ViewGroups overview={overview} />
            <GroupViews overview={overview} />
          </div>
          {tools}
        </div>
      ) : (
        tools
      )}
    </header>
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

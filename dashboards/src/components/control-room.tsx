import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { say } from '../live/language.ts';
import { heard, now } from '../live/site-watch.ts';
import { siteStanding } from '../state/standing.ts';
import { Announcer } from './announcer.tsx';
import { Banners } from './banners.tsx';
import { CalloutPanel } from './callout-panel.tsx';
import { CurvePanel } from './curve-panel.tsx';
import { EventLog } from './event-log.tsx';
import { Mast } from './mast.tsx';
import { siteLevelText } from './site-level.tsx';
import { Tiles } from './tiles.tsx';

/** The screen of one site. */
export function ControlRoom({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const standing = siteStanding(overview, { now: now.value, heard: heard.value });
  const title = `${siteLevelText(words, standing)} · ${overview.name[words.language]}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  const running = overview.callout !== null && overview.callout.phase !== 'released';
  return (
    <div class={`room room-${overview.level} ${running ? 'room-calling' : ''}`}>
      <Mast overview={overview} />
      <Banners overview={overview} />
      <main class="floor">
        <Tiles overview={overview} />
        <CalloutPanel overview={overview} />
        <CurvePanel overview={overview} />
        <EventLog overview={overview} />
      </main>
      <Announcer overview={overview} />
    </div>
  );
}

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { say } from '../live/language.ts';
import { heard, now } from '../live/site-watch.ts';
import { session } from '../live/session.ts';
import { view } from '../live/view.ts';
import { boardOf, isDense } from '../state/board.ts';
import { siteStanding } from '../state/standing.ts';
import { AccidentPage } from './accident-page.tsx';
import { AccountPage } from './account-page.tsx';
import { AlarmsPage } from './alarms-page.tsx';
import { Announcer } from './announcer.tsx';
import { Banners } from './banners.tsx';
import { CalloutPanel } from './callout-panel.tsx';
import { ChangesPage } from './changes-page.tsx';
import { CurvePanel } from './curve-panel.tsx';
import { DrillPage } from './drill-page.tsx';
import { EvacuationPage } from './evacuation-page.tsx';
import { EventLog } from './event-log.tsx';
import { FiguresPage } from './figures-page.tsx';
import { Mast } from './mast.tsx';
import { PeoplePage } from './people-page.tsx';
import { RehearsalPage } from './rehearsal-page.tsx';
import { PointsPage } from './points-page.tsx';
import { ReportsPanel } from './reports-panel.tsx';
import { RoundsPage } from './rounds-page.tsx';
import { RosterPage } from './roster-page.tsx';
import { ScreensPage } from './screens-page.tsx';
import { siteLevelText } from './site-level.tsx';
import { LinesPage } from './lines-page.tsx';
import { SourcesPage } from './sources-page.tsx';
import { Strip } from './strip.tsx';
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
  const dense = isDense(overview);
  return (
    <div class={`room room-${overview.level} ${running ? 'room-calling' : ''} ${dense ? 'room-dense' : ''}`}>
      <Mast overview={overview} />
      <Banners overview={overview} />
      {view.value === 'room' && <ReportsPanel overview={overview} />}
      {view.value === 'room' && <Floor overview={overview} dense={dense} />}
      {view.value === 'accident' && <AccidentPage overview={overview} />}
      {view.value === 'figures' && <FiguresPage overview={overview} />}
      {view.value === 'alarms' && <AlarmsPage overview={overview} />}
      {view.value === 'evacuation' && <EvacuationPage overview={overview} />}
      {view.value === 'sources' && <SourcesPage overview={overview} />}
      {view.value === 'lines' && <LinesPage overview={overview} />}
      {view.value === 'rounds' && <RoundsPage overview={overview} />}
      {view.value === 'points' && <PointsPage overview={overview} />}
      {view.value === 'people' && <PeoplePage timeZone={overview.timeZone} />}
      {view.value === 'screens' && <ScreensPage timeZone={overview.timeZone} />}
      {view.value === 'account' && session.value !== null && (
        <AccountPage session={session.value} timeZone={overview.timeZone} />
      )}
      {view.value === 'rehearsal' && <RehearsalPage overview={overview} />}
      {view.value === 'drill' && <DrillPage overview={overview} />}
      {view.value === 'roster' && <RosterPage overview={overview} />}
      {view.value === 'changes' && <ChangesPage overview={overview} />}
      <Announcer overview={overview} />
    </div>
  );
}

function Floor({ overview, dense }: { readonly overview: SiteOverview; readonly dense: boolean }): JSX.Element {
  const board = boardOf(overview);
  return (
    <main class="floor">
      {dense && <Strip board={board} overview={overview} />}
      <Tiles board={board} overview={overview} />
      <CalloutPanel overview={overview} />
      <CurvePanel overview={overview} />
      <EventLog overview={overview} />
    </main>
  );
}

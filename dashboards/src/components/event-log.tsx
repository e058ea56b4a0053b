import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent } from '../../../src/contract/live.ts';
import { moment } from '../format/clock.ts';
import { eventLine, isWorthALine } from '../format/event-line.ts';
import { say } from '../live/language.ts';
import { now, watch } from '../live/site-watch.ts';
import type { Say } from '../words/say.ts';
import { LevelMark } from './level-mark.tsx';

/** What happened, newest first. */
export function EventLog({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { events } = watch.value;
  const minute = Math.floor(now.value / 60_000);
  // Readings come many times a second and change none of these lines; names and limits come with the site.
  const lines = useMemo(
    () => linesOf(events, overview, words),
    [events, words, minute, overview.siteId, overview.sensors.length],
  );
  return (
    <section class="panel log" aria-labelledby="log-title">
      <h2 id="log-title">{words('log.title')}</h2>
      {lines.length === 0 && <p class="quiet">{words('log.empty')}</p>}
      <ol tabIndex={0} aria-labelledby="log-title">
        {lines}
      </ol>
    </section>
  );
}

function linesOf(events: readonly LiveEvent[], overview: SiteOverview, words: Say): readonly JSX.Element[] {
  // Logs are caught up one after the other: the order of arrival is not the order of events.
  return events
    .filter(isWorthALine)
    .map((event) => ({ key: `${event.log} ${String(event.position)}`, ...eventLine(event, overview, words) }))
    .sort((a, b) => b.at - a.at)
    .map(({ key, at, mark, text }) => (
      <li key={key}>
        <time>{moment(at, now.peek(), overview.timeZone, words.language)}</time>
        {mark === 'plain' ? <span class="dot" /> : <LevelMark mark={mark === 'unseen' ? 'unknown' : mark} />}
        <span>{text}</span>
      </li>
    ));
}
